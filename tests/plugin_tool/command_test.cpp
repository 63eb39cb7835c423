// pgt-plugin's verbs, as they are used.

#include <gmock/gmock.h>

#include <set>
#include <sstream>

#include "plugin_tool/tool.hpp"

namespace pgt::plugin {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class PluginCommand : public PluginTest {};

TEST_F(PluginCommand, CheckTellsWhatWasSeenPromisedAndToDo) {
  const HostRun run = run_tool({"check", faulty("many_schedules").string(), "--option", "fault=gap"});
  EXPECT_EQ(run.code, 5);
  EXPECT_THAT(
      run.out,
      HasSubstr(
          "FAIL  schedule.contiguous (schedule many)\n"
          "      seen:     step 1 overlaps by 1 and begins at frame 10, but the step before ends at 8 (pathway rgb) "
          "(training, epoch 0, iteration 0;"));
  EXPECT_THAT(
      run.out,
      HasSubstr("      promised: a step that carries begins where the step before ends (schedule.hpp: Step::overlap)\n"
                "      do:       begin where"));
  EXPECT_THAT(run.out, HasSubstr("FAIL  schedule many: "));
  EXPECT_THAT(run.out, HasSubstr("ok    library: "));
}

TEST_F(PluginCommand, CheckWritesWhatBuildServersRead) {
  const fs::path file = folder_ / "report.xml";
  run_tool({"check", faulty("many_schedules").string(), "--option", "fault=gap", "--junit", file.string()});
  EXPECT_THAT(text_of(file), AllOf(StartsWith("<?xml"), HasSubstr("<testsuite name=\"schedule many\">"),
                                   HasSubstr("name=\"schedule.contiguous\"><failure message=\"step 1 overlaps"),
                                   HasSubstr("name=\"schedule.momentum\"/>")));
}

TEST_F(PluginCommand, CheckPointsAtWrongArguments) {
  const std::string library = faulty("many_schedules").string();
  const HostRun rule = run_tool({"check", library, "--only", "schedule.contigous"});
  EXPECT_EQ(rule.code, 2);
  EXPECT_THAT(rule.err, HasSubstr("there is no rule \"schedule.contigous\"; did you mean \"schedule.contiguous\"?"));
  const HostRun key = run_tool({"check", library, "--option", "falt=gap"});
  EXPECT_EQ(key.code, 3);
  EXPECT_THAT(key.err, HasSubstr("has an option \"falt\"; did you mean \"fault\"?"));
  const HostRun value =
      run_tool({"check", faulty("many_datasets").string(), "--option", "file=x", "--option", "task=boxen"});
  EXPECT_EQ(value.code, 3);
  EXPECT_THAT(value.err, HasSubstr("\"task\" must be one of"));
  for (const char* verb : {"check", "doctor", "info"}) {
    EXPECT_EQ(run_tool({verb, (folder_ / "no.so").string()}).code, 2) << verb;
  }
}

TEST_F(PluginCommand, NamesAVerbAndAKindThatThereAreNot) {
  const HostRun verb = run_tool({"chek"});
  EXPECT_EQ(verb.code, 2);
  EXPECT_THAT(verb.err, HasSubstr("there is no \"chek\", but new, info, why, doctor, check\n"));
  const HostRun kind = run_tool({"new", "backbones", "net"});
  EXPECT_EQ(kind.code, 2);
  EXPECT_THAT(kind.err, HasSubstr("\"backbones\" is not a kind of plugin: backbone, dataset or schedule"));
}

TEST_F(PluginCommand, SaysAtTheEndWhatWasNotCheckedAndWhichOptionToGive) {
  const HostRun run = run_tool({"check", faulty("many_datasets").string()});
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  EXPECT_THAT(run.out, ContainsRegex("\nnot checked: dataset many was not made, which left [0-9]+ rules "
                                     "untried: it needs --option file=…\n$"));
  const HostRun all = run_tool({"check", faulty("many_datasets").string(), "--option", "file=x"});
  EXPECT_THAT(all.out, Not(HasSubstr("not checked")));
}

/// It has a rule of its own, and spoils none of the others.
TEST_F(PluginCommand, TellsOnceThatSomethingCannotBeMade) {
  const Findings findings =
      check(faulty("many_datasets"), {"--option", "file=x", "--option", "fault=constructor_throws"});
  EXPECT_NE(findings.broken("dataset.made"), "");
  EXPECT_EQ(findings.count("broken"), 1U) << findings.all_broken();
}

/// Each rule has its own name, and says where it is written: in a header that is there and speaks of it, or on a page
/// with such a heading.
TEST_F(PluginCommand, EveryRuleSaysWhereItIsWritten) {
  std::istringstream list(run_tool({"check", "--list"}).out);
  std::set<std::string> names;
  std::string line;
  std::getline(list, line);
  std::getline(list, line);
  while (std::getline(list, line)) {
    SCOPED_TRACE(line);
    const std::string name = line.substr(3, line.find('`', 3) - 3);
    EXPECT_TRUE(names.insert(name).second);
    const std::size_t place = line.rfind(" | ", line.size() - 3) + 3, colon = line.find(": ", place);
    ASSERT_NE(colon, std::string::npos);
    const std::string file = line.substr(place, colon - place);
    std::string what = line.substr(colon + 2, line.size() - colon - 4);
    what = what.substr(what.rfind("::") == std::string::npos ? 0 : what.rfind("::") + 2);
    const fs::path root = PGT_SOURCE_DIR;
    const fs::path written = file.starts_with("docs/") ? root / file : root / "sdk/include/pgt/sdk" / file;
    EXPECT_THAT(text_of(written), HasSubstr(what)) << written;
  }
  EXPECT_GE(names.size(), 90U);
}

TEST_F(PluginCommand, ThePageHasTheListOfRules) {
  EXPECT_THAT(text_of(fs::path(PGT_SOURCE_DIR) / "docs/check-a-plugin.md"),
              HasSubstr(run_tool({"check", "--list"}).out));
}

TEST_F(PluginCommand, InfoSaysWhatItProvidesAndHowItWasBuilt) {
  const HostRun run = run_tool({"info", faulty("good").string()});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(StartsWith("org.pgt.test.good 1.2.3\n"), HasSubstr("schedule good: plain clips"),
                             HasSubstr("frames = 8 1 to 64 frames\n        of a clip"), HasSubstr("record.sdk-version"),
                             HasSubstr(" 1.2\n")));
  const auto json = nlohmann::json::parse(run_tool({"info", faulty("good").string(), "--json"}).out);
  EXPECT_EQ(json.at("id"), "org.pgt.test.good");
  EXPECT_EQ(json.at("record").at("sdk-version"), "1.2");
  EXPECT_EQ(json.at("bytes"), fs::file_size(faulty("good")));
  const HostRun refused = run_tool({"info", faulty("other_torch").string()});
  EXPECT_EQ(refused.code, 5);
  EXPECT_THAT(refused.err, HasSubstr("the LibTorch version differs"));
}

TEST_F(PluginCommand, WhyFindsIt) {
  const fs::path folder = folder_with({"good", "other_torch", "duplicate_name"});
  const auto why = [&](const std::string& name) { return run_tool({"--plugins", folder.string(), "why", name}); };
  EXPECT_EQ(why("good").code, 0);
  EXPECT_THAT(why("good").out, HasSubstr("use = \"good\""));
  const HostRun near = why("god");
  EXPECT_EQ(near.code, 5);
  EXPECT_THAT(near.out, AllOf(HasSubstr("no plugin provides \"god\""), HasSubstr("schedules: did you mean \"good\"?"),
                              HasSubstr(folder.string() + ": 1 plugin, 2 left out")));
  EXPECT_THAT(why("other_torch").out,
              AllOf(HasSubstr("it may be in a library that was left out:"), HasSubstr("the LibTorch version differs"),
                    Not(HasSubstr("duplicate_name.so"))));
}

TEST_F(PluginCommand, DoctorComparesRecordsAndFindsWhatIsMissing) {
  const auto doctor = [](const std::string& name) { return run_tool({"doctor", faulty(name).string()}); };
  const HostRun good = doctor("good");
  EXPECT_EQ(good.code, 0) << good.out << good.err;
  EXPECT_THAT(good.out, AllOf(HasSubstr("record.compiler: "), HasSubstr("nothing is wrong with it")));
  const HostRun compiler = doctor("altered_compiler");
  EXPECT_EQ(compiler.code, 5);
  EXPECT_THAT(compiler.out,
              AllOf(HasSubstr("record.compiler differs: host "), HasSubstr("plugin gcc 3; rebuild the plugin with")));
  const HostRun undefined = doctor("undefined_symbol");
  EXPECT_EQ(undefined.code, 5);
  EXPECT_THAT(undefined.out, HasSubstr("nothing defines "));
  const HostRun text =
      run_tool({"doctor", write("text.so", "this is a text, not a library, however long it may be made").string()});
  EXPECT_EQ(text.code, 5);
  EXPECT_THAT(text.out, HasSubstr("it is not a shared library"));
}

TEST_F(PluginCommand, ALibraryCanStandForAFolder) {
  const HostRun run = run_host({"--plugins", faulty("good").string(), "explain", "good"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("plain clips"));
  const HostRun beside = run_host({"--plugins", faulty("good").string(), "plugin", "why", "good"});
  EXPECT_EQ(beside.code, 0) << beside.err;
  EXPECT_THAT(beside.out, HasSubstr(faulty("good").string()));
}

TEST_F(PluginCommand, AFolderThatIsNotThereIsAnError) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"plugins"}, {"plugin", "why", "good"}, {"model", "list"}}) {
    std::vector<std::string> arguments{"--plugins", "/nonexistent"};
    arguments.insert(arguments.end(), words.begin(), words.end());
    const HostRun run = run_host(arguments);
    EXPECT_EQ(run.code, 2) << words.front();
    EXPECT_THAT(run.err, HasSubstr("/nonexistent")) << words.front();
  }
}

}  // namespace
}  // namespace pgt::plugin
