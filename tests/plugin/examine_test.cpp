#include "plugin/examine.hpp"

#include <gmock/gmock.h>

#include "support.hpp"

namespace pgt::plugin {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Examine : public PluginTest {
 protected:
  /// What becomes of an examiner that prints `answer`, and `said` on stderr.
  Examination examined_by(const std::string& answer, const std::string& said = "") const {
    write("answer", answer);
    write("said", said);
    const fs::path script = write("examiner", "#!/bin/sh\ncd \"${0%/*}\"; cat said >&2; cat answer\n");
    fs::permissions(script, fs::perms::owner_all);
    return examine(faulty("good"), script);
  }

  static std::string reason_of(const std::string& name) {
    const Examination examination = examine(faulty(name), PGT_HOST);
    EXPECT_FALSE(examination.manifest) << name;
    return examination.reason;
  }
};

TEST_F(Examine, DescribesAGoodPlugin) {
  const Examination examination = examine(faulty("good"), PGT_HOST);
  ASSERT_TRUE(examination.manifest) << examination.reason;
  EXPECT_TRUE(examination.lasting);
  EXPECT_EQ(examination.manifest->id, "org.pgt.test.good");
  EXPECT_EQ(examination.manifest->version, "1.2.3");
  EXPECT_EQ(examination.manifest->torch_version, "");
  EXPECT_EQ(examination.manifest->path, faulty("good"));
  ASSERT_EQ(examination.manifest->provides.size(), 1U);
  const ProvidedSpec& provided = examination.manifest->provides[0];
  EXPECT_EQ(provided.kind, Kind::schedule);
  EXPECT_EQ(provided.name, "good");
  EXPECT_EQ(provided.summary, "plain clips");
  ASSERT_EQ(provided.options.size(), 1U);
  EXPECT_EQ(provided.options[0].name, "frames");
  EXPECT_EQ(provided.options[0].maximum, 64.0);
}

TEST_F(Examine, IsNotConfusedByWhatALibraryPrints) {
  const Examination examination = examine(faulty("noisy"), PGT_HOST);
  ASSERT_TRUE(examination.manifest) << examination.reason;
  EXPECT_EQ(examination.manifest->id, "org.pgt.test.noisy");
}

TEST_F(Examine, NamesWhatDoesNotFit) {
  EXPECT_THAT(reason_of("no_entry"), StartsWith("it exports no pgt_plugin_entry_v1"));
  EXPECT_THAT(reason_of("wrong_magic"), HasSubstr("magic differs: host PGTPLUG\\00, plugin \\01GTPLUG\\00"));
  EXPECT_THAT(reason_of("other_sdk_major"), HasSubstr("SDK's version differs: host 1.2, plugin 2.2"));
  EXPECT_THAT(reason_of("older_sdk_minor"), HasSubstr("SDK's version differs: host 1.2, plugin 1.1"));
  EXPECT_THAT(reason_of("other_torch"), HasSubstr("LibTorch version differs: host 2.11.0, plugin 1.0.0"));
}

TEST_F(Examine, KeepsTheDynamicLinkersWords) {
  EXPECT_THAT(reason_of("undefined_symbol"), HasSubstr("undefined symbol: _Z19nobody_defines_thisv"));
  EXPECT_THAT(examine(write("text.so", "not a library"), PGT_HOST).reason, HasSubstr("text.so: "));
}

TEST_F(Examine, NamesWhatTheRegistrationDoesWrong) {
  EXPECT_EQ(reason_of("throws_in_describe"), "its PGT_PLUGIN throws: no licence found");
  EXPECT_THAT(reason_of("without_id"), StartsWith("it has no id; set plugin.id"));
  EXPECT_THAT(reason_of("without_name"), StartsWith("it provides a schedule without a name"));
}

TEST_F(Examine, NamesOptionsThatCouldNotBeChecked) {
  EXPECT_EQ(reason_of("option_twice"),
            "the option \"frames\" of the schedule \"option_twice\" is described twice; name each field once");
  EXPECT_EQ(
      reason_of("option_default"),
      "the option \"frames\" of the schedule \"option_default\" is 9999 by default, which is more than its maximum "
      "64; change one of them");
}

TEST_F(Examine, NamesTheSignalOfACrash) {
  const std::string reason = reason_of("crashes_at_load");
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  EXPECT_THAT(reason, StartsWith("ended the process with exit code"));  // the sanitizer catches the signal
#else
  EXPECT_THAT(reason, StartsWith("crashed while it was loaded: SIGSEGV (Segmentation fault)"));
#endif
  EXPECT_THAT(reason, HasSubstr("--examine-plugin " + faulty("crashes_at_load").string()));
}

TEST_F(Examine, NamesALibraryThatEndsTheProcess) {
  EXPECT_THAT(reason_of("exits"), StartsWith("ended the process with exit code 0 while it was loaded"));
}

TEST_F(Examine, StopsALibraryThatNeverReturns) {
  const Examination examination = examine(faulty("never_returns"), PGT_HOST, std::chrono::milliseconds(500));
  EXPECT_FALSE(examination.manifest);
  EXPECT_THAT(examination.reason, StartsWith("was still not loaded after 0.5 s and was stopped"));
}

TEST_F(Examine, RemembersOnlyWhatDependsOnTheFileAlone) {
  EXPECT_TRUE(examine(faulty("other_torch"), PGT_HOST).lasting);
  EXPECT_TRUE(examine(faulty("no_entry"), PGT_HOST).lasting);
  EXPECT_FALSE(examine(faulty("undefined_symbol"), PGT_HOST).lasting);
  EXPECT_FALSE(examine(faulty("crashes_at_load"), PGT_HOST).lasting);
  EXPECT_FALSE(examine(faulty("exits"), PGT_HOST).lasting);
}

TEST_F(Examine, BelievesNoPathOfAnAnswer) {
  const Examination examination = examined_by(
      R"({"lasting":true,"manifest":{"path":"/other.so","id":"x","version":"","torch_version":"","provides":[]}})");
  ASSERT_TRUE(examination.manifest);
  EXPECT_EQ(examination.manifest->path, faulty("good"));
}

TEST_F(Examine, RefusesStrangeAnswers) {
  const std::string wheel = R"({"kind":"wheel","name":"x","summary":"","options":[]})";
  const std::string deep = R"({"lasting":true,"manifest":)" + std::string(1'000'000, '[') + std::string(1'000'000, ']');
  for (const std::string& answer :
       {std::string(), std::string("[1, 2]"), std::string(R"({"lasting":3,"refused":[]})"), deep + "}",
        R"({"lasting":true,"manifest":{"id":"x","version":"","torch_version":"","provides":[)" + wheel + "]}}"}) {
    const Examination examination = examined_by(answer);
    EXPECT_FALSE(examination.manifest) << answer.substr(0, 80);
    EXPECT_FALSE(examination.lasting);
    EXPECT_THAT(examination.reason, StartsWith("ended the process with exit code 0 while it was loaded"));
  }
}

TEST_F(Examine, ShowsWhatALibraryPrintedLast) {
  EXPECT_THAT(examined_by("", "first\n\033[31mred\nlast\n").reason,
              EndsWith("\nit printed:\n    first\n    \\x1b[31mred\n    last"));
  const std::string flood = examined_by("", std::string(3'000'000, 'x') + "\nlast").reason;
  EXPECT_THAT(flood, AllOf(HasSubstr("\nit printed, at last:\n    xxx"), EndsWith("x\n    last")));
  EXPECT_LT(flood.size(), 3000U);
}

TEST_F(Examine, SaysThatTheExaminerCannotBeStarted) {
  EXPECT_THROW(examine(faulty("good"), folder_ / "no-such-program"), Error);
}

}  // namespace
}  // namespace pgt::plugin
