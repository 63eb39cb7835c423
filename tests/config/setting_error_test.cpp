#include "config/setting_error.hpp"

#include <gmock/gmock.h>

#include "config/run_file.hpp"

namespace pgt::config {
namespace {

using ::testing::HasSubstr;

class SettingErrors : public testing::RunFile {
 protected:
  /// What a user reads of an error about `key` where the run file goes on with `lines` from line 8 on.
  std::string shown(const std::string& key, const std::string& text, const std::string& lines,
                    const std::vector<std::string>& overrides = {}) {
    const RunConfig config = load(head + lines, overrides);
    EXPECT_TRUE(diagnostics.empty()) << diagnostics.text();
    try {
      with_lines(config, [&] { throw SettingError(key, text); });
    } catch (const MistakesInFile& mistakes) {
      EXPECT_EQ(mistakes.code(), ExitCode::config);
      return mistakes.what();
    }
    return "not reported as a mistake in the file";
  }
};

TEST_F(SettingErrors, PointAtTheValue) {
  EXPECT_THAT(shown("train.epochs", "too many", "[train]\nepochs = 7\n"),
              HasSubstr("run.toml:9:10: error: too many\n"));
  EXPECT_THAT(shown("train.epochs", "too many", "", {"train.epochs=7"}), HasSubstr("--set:1:14: error: too many\n"));
  EXPECT_THAT(shown("schedule.use", "no such steps", ""), HasSubstr("run.toml:7:7: error: no such steps\n"));
}

TEST_F(SettingErrors, PointAtTheSectionOfAKeyThatIsLeftOut) {
  EXPECT_THAT(shown("train.epochs", "too few", "[train]\nbatch_size = 7\n"),
              HasSubstr("run.toml:8:2: error: too few\n"));
  EXPECT_THAT(shown("data.lanes", "too few", ""), HasSubstr("run.toml:1:1: error: too few\n"));
}

TEST_F(SettingErrors, PointAtTheKeyOfTheSectionThatTheTextNamesFirst) {
  const std::string lines = "steps = 3\nstep_length = 4\n";
  EXPECT_THAT(shown("schedule", "step_length times steps is odd", lines), HasSubstr("run.toml:9:15: error: "));
  EXPECT_THAT(shown("schedule", "steps times step_length is odd", lines), HasSubstr("run.toml:8:9: error: "));
  EXPECT_THAT(shown("schedule", "an overlap is odd", lines), HasSubstr("run.toml:7:7: error: ")) << "is not said there";
}

TEST_F(SettingErrors, LeaveOtherErrorsAsTheyAre) {
  const RunConfig config = load(head);
  try {
    with_lines(config, []() -> int { throw Error(ExitCode::data, "no videos"); });
    FAIL() << "passed";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::data);
    EXPECT_STREQ(error.what(), "no videos");
  }
  EXPECT_EQ(with_lines(config, [] { return 7; }), 7);
}

}  // namespace
}  // namespace pgt::config
