// The host as a process: what can be answered without LibTorch.

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "base/text.hpp"
#include "plugin/handshake.hpp"
#include "support.hpp"

namespace pgt::plugin {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class Front : public PluginTest {
 protected:
  Front() {
    fs::create_directory(bare_.parent_path());
    fs::copy_file(PGT_HOST, bare_);
    fs::create_symlink(fs::path(PGT_HOST).parent_path() / "libpgt_engine.so", bare_.parent_path() / "libpgt_engine.so");
  }

  /// A host that has no plugins beside it.
  HostRun run_host(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), bare_.string());
    return run_program(std::move(arguments));
  }

  fs::path bare_ = folder_ / "bare" / "pgt-host";
  fs::path plugins_ = folder_with({"good"});

  /// The host with the good plugin's folder.
  HostRun host(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"--plugins", plugins_.string()});
    return run_host(std::move(arguments));
  }
};

TEST_F(Front, HelpsWithExamplesForEveryVerb) {
  const HostRun overview = run_host({"--help"});
  EXPECT_EQ(overview.code, 0);
  for (const std::string verb : {"train", "resume", "eval", "predict", "check", "plugins", "explain"}) {
    EXPECT_THAT(overview.out, HasSubstr("  " + verb + " "));
    const HostRun help = run_host({verb, "--help"});
    EXPECT_EQ(help.code, 0);
    EXPECT_THAT(help.out, AllOf(HasSubstr("Usage: pgt-host " + verb), HasSubstr("Examples:\n  pgt-host ")));
    EXPECT_THAT(help.err, IsEmpty());
  }
}

TEST_F(Front, TellsItsVersion) {
  const HostRun run = run_host({"--version"});
  EXPECT_EQ(run.code, 0);
  EXPECT_THAT(run.out, AllOf(StartsWith("pgt-host "), HasSubstr("SDK 1.2")));
}

TEST_F(Front, RefusesAWrongCommandLine) {
  const auto refused = [this](std::vector<std::string> arguments) {
    const HostRun run = run_host(arguments);
    EXPECT_EQ(run.code, 2) << run.err;
    EXPECT_THAT(run.out, IsEmpty());
    return run.err;
  };
  EXPECT_THAT(refused({}), HasSubstr("pgt-host --help"));
  EXPECT_THAT(refused({"trian", "run.toml"}), HasSubstr("unknown verb \"trian\": did you mean \"train\"?"));
  EXPECT_THAT(refused({"--quite", "run.toml"}), HasSubstr("did you mean \"--quiet\"?"));
  EXPECT_THAT(refused({"train", "run.toml", "--no-colour"}), HasSubstr("did you mean \"--no-color\"?"));
  EXPECT_THAT(refused({"train"}), HasSubstr("train takes RUN.toml, but got nothing"));
  EXPECT_THAT(refused({"predict", "runs/x"}), HasSubstr("predict takes RUN VIDEO..."));
  EXPECT_THAT(refused({"eval", "runs/x", "--split", "tset"}), HasSubstr("tset"));
  EXPECT_THAT(refused({"train", "run.toml", "--set", "epochs"}), HasSubstr("SECTION.KEY=VALUE"));
  EXPECT_THAT(refused({"--plugins"}), HasSubstr("--plugins"));
  EXPECT_THAT(refused({"eval", folder_.string()}), HasSubstr("is not a run folder"));
  EXPECT_THAT(refused({"--set", "train.epochs=1", "plugins"}), HasSubstr("pgt-host plugins does not take --set"));
  EXPECT_THAT(refused({"-q", "trian", "run.toml"}), HasSubstr("did you mean \"train\"?"));
  EXPECT_THAT(refused({"plan", "run.toml", "--svg", ""}), HasSubstr("--svg: must not be empty"));
  fs::create_symlink("loop", folder_ / "loop");
  EXPECT_THAT(refused({"resume", (folder_ / "loop").string()}), HasSubstr("oo many levels"));
  EXPECT_THAT(refused({std::string(300, 'x')}), HasSubstr("unknown verb"));
}

TEST_F(Front, ListsPluginsAsATable) {
  fs::copy_file(faulty("other_torch"), plugins_ / "other_torch.so");
  const HostRun run = host({"plugins"});
  EXPECT_EQ(run.code, 0);
  EXPECT_THAT(run.out, StartsWith("NAME"));
  EXPECT_THAT(run.out, HasSubstr("\ngood  schedule  good.so  plain clips\n"));
  EXPECT_THAT(run.out, HasSubstr("\n" + plugins_.string() +
                                 "\nLIBRARY  VERSION  PLUGIN\ngood.so  1.2.3    org.pgt.test.good\n"));
  EXPECT_THAT(run.out, HasSubstr("left out: " + (plugins_ / "other_torch.so").string() + ": the LibTorch version"));
}

TEST_F(Front, ListsPluginsOnAPageOfHundredColumns) {
  const HostRun run = run_host({"--plugins", folder_with({"wordy"}, "more").string(), "plugins"});
  EXPECT_EQ(run.code, 0);
  std::istringstream lines(run.out);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with('/')) {  // a folder's own name
      EXPECT_LE(columns_of(line), 100) << line;
    }
  }
  EXPECT_THAT(run.out, ContainsRegex("\nwordy +schedule  wordy\\.so +a summary that[^\n]*\n {20,}[a-z]"));
}

TEST_F(Front, ListsPluginsAsJson) {
  fs::copy_file(faulty("other_torch"), plugins_ / "other_torch.so");
  const HostRun run = host({"plugins", "--json"});
  EXPECT_EQ(run.code, 0);
  const auto all = nlohmann::json::parse(run.out);
  ASSERT_EQ(all["plugins"].size(), 1U);
  EXPECT_EQ(all["plugins"][0]["id"], "org.pgt.test.good");
  EXPECT_EQ(all["plugins"][0]["provides"][0]["name"], "good");
  EXPECT_EQ(all["plugins"][0]["provides"][0]["options"][0]["name"], "frames");
  ASSERT_EQ(all["refused"].size(), 1U);
  EXPECT_EQ(all["refused"][0]["path"], (plugins_ / "other_torch.so").string());
}

TEST_F(Front, EndsWithThePluginCodeWhenNothingLoads) {
  const HostRun run = run_host({"--plugins", folder_with({"other_torch"}, "bad").string(), "plugins"});
  EXPECT_EQ(run.code, 5);
  EXPECT_THAT(run.err, HasSubstr("no plugin could be loaded"));
  EXPECT_EQ(run_host({"--plugins", (folder_ / "nowhere").string(), "plugins"}).code, 2);
}

TEST_F(Front, TakesPluginFoldersFromFlagAndEnvironment) {
  const fs::path more = folder_with({"noisy"}, "more");
  setenv("PGT_PLUGINS", more.c_str(), 1);
  EXPECT_THAT(host({"plugins"}).out, AllOf(HasSubstr("good"), HasSubstr("noisy")));
  EXPECT_THAT(run_host({"plugins"}).out, AllOf(Not(HasSubstr("good")), HasSubstr("noisy")));
  setenv("PGT_PLUGINS", (more.string() + ":" + plugins_.string()).c_str(), 1);
  EXPECT_THAT(run_host({"plugins"}).out, AllOf(HasSubstr("good"), HasSubstr("noisy")));
  EXPECT_THAT(run_host({"plugins", "--plugins", plugins_.string()}).out, HasSubstr("good"));
}

TEST_F(Front, ExplainsSectionsNamesAndOptions) {
  EXPECT_THAT(host({"explain"}).out, AllOf(HasSubstr("[schedule]"), HasSubstr("use = \"good\""), HasSubstr("[run]")));
  EXPECT_THAT(host({"explain", "train"}).out, AllOf(HasSubstr("learning_rate"), HasSubstr("momentum")));
  const HostRun option = host({"explain", "train.learning_rate"});
  EXPECT_EQ(option.code, 0);
  EXPECT_THAT(option.out, AllOf(HasSubstr("number, at least 0; default 0.05"), Not(HasSubstr("momentum"))));
  EXPECT_THAT(host({"explain", "learning_rate"}).out, option.out);
  const std::string of_plugin = host({"explain", "good.frames"}).out;
  EXPECT_THAT(of_plugin, HasSubstr("of a clip"));
  EXPECT_EQ(host({"explain", "schedule.frames"}).out, of_plugin);
  EXPECT_THAT(
      host({"explain", "good"}).out,
      AllOf(HasSubstr("[schedule] use = \"good\": plain clips (org.pgt.test.good 1.2.3)"),
            HasSubstr("frames               integer, 1 to 64; in frames; default 8\n"), HasSubstr("of a clip")));
  EXPECT_THAT(host({"explain", "schedule"}).out, HasSubstr("use = \"good\": plain clips"));
}

TEST_F(Front, SuggestsATopic) {
  const HostRun run = host({"explain", "learnin_rate"});
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("did you mean \"learning_rate\""));
}

TEST_F(Front, ReportsTheMistakesOfARunFileTogether) {
  const fs::path file =
      write("run.toml",
            "[model]\nuse = \"slow\"\n\n[dataset]\nuse = \"folder\"\n\n"
            "[schedule]\nuse = \"good\"\nframes = 7\n\n[train]\nlerning_rate = 0.1\nepochs = \"x\"\n");
  const HostRun run = host({file.string()});
  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.out, IsEmpty());
  EXPECT_THAT(run.err, HasSubstr("run.toml:12:1: error: "));
  EXPECT_THAT(run.err, HasSubstr("did you mean \"learning_rate\"?"));
  EXPECT_THAT(run.err, HasSubstr("run.toml:13:"));
  EXPECT_THAT(run.err, HasSubstr("slow"));
  EXPECT_THAT(run.err, AllOf(HasSubstr("run.toml:9:"), HasSubstr("must be even")));
  EXPECT_EQ(run_host({"--plugins", plugins_.string(), "train", file.string()}).err, run.err);
  EXPECT_EQ(run_host({"train", file.string(), "--plugins", plugins_.string()}).err, run.err);
}

TEST_F(Front, ChecksRulesOnlyWhereTheOptionsAreRight) {
  const fs::path file = write("run.toml", "[schedule]\nuse = \"good\"\nframes = 99\n");
  const HostRun run = host({file.string()});
  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.err, HasSubstr("run.toml:3:"));
  EXPECT_THAT(run.err, Not(HasSubstr("must be even")));
}

TEST_F(Front, SaysWhatIsMissingForAGpu) {
  if (fs::exists("/dev/nvidia0")) GTEST_SKIP() << "there is a GPU here";
  const fs::path plugins = folder_with({"good", "throws_later", "wrong_shape"}, "all");
  const fs::path file = write("run.toml",
                              "[model]\nuse = \"wrong_shape\"\n[dataset]\nuse = \"throws_later\"\n"
                              "[schedule]\nuse = \"good\"\n[train]\ndevice = \"cuda\"\n");
  const HostRun run = run_host({"--plugins", plugins.string(), "check", file.string()});
  EXPECT_EQ(run.code, 6) << run.err;
  EXPECT_THAT(run.err, HasSubstr("cuda"));
}

TEST_F(Front, SaysThatARunFileIsNotThere) {
  const HostRun run = host({(folder_ / "none.toml").string()});
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("none.toml: no such file"));
  const HostRun folder = host({"resume", (folder_ / "none").string()});
  EXPECT_EQ(folder.code, 2);
  EXPECT_THAT(folder.err, HasSubstr("none: no such folder"));
}

TEST_F(Front, NamesTheLibraryThatARunWasMadeWith) {
  const fs::path library = folder_with({"good"}, "elsewhere") / "good.so";
  write("config.resolved.toml", "[schedule]\nuse = \"good\"\n");
  const auto resumed_with = [&](const std::string& path) {
    write("plugins.json", R"([{"kind": "schedule", "name": "good", "path": ")" + path + "\"}]");
    return run_host({"resume", folder_.string()});
  };
  const HostRun there = resumed_with(library.string());
  EXPECT_EQ(there.code, 3);
  EXPECT_THAT(there.err, HasSubstr("help: the run's schedule \"good\" is that of " + library.string() +
                                   ": give --plugins " + library.string()));
  EXPECT_THAT(resumed_with("/nowhere/good.so").err, HasSubstr("/nowhere/good.so, which is not there any more"));
  const HostRun given = run_host({"resume", folder_.string(), "--plugins", library.string()});
  EXPECT_THAT(given.err, Not(HasSubstr("help: the run's")));
}

TEST_F(Front, RunsTheProgramBesideItForAnotherVerb) {
  // A copy of the host in a folder of its own, with a program beside it. Its libraries stay where they are.
  const fs::path bin = folder_ / "bin";
  fs::create_directory(bin);
  fs::copy_file(PGT_HOST, bin / "pgt-host");
  std::ofstream(bin / "pgt-echo") << "#!/bin/sh\necho \"$PGT_PLUGINS\"\nfor a; do echo \"<$a>\"; done\nexit 42\n";
  fs::permissions(bin / "pgt-echo", fs::perms::owner_all);

  const HostRun run = run_program({bin / "pgt-host", "--plugins", plugins_, "echo", "--set", "a b", "--help", "-x"});
  EXPECT_EQ(run.code, 42);
  EXPECT_EQ(run.out, plugins_.string() + "\n<--set>\n<a b>\n<--help>\n<-x>\n");

  EXPECT_THAT(run_program({bin / "pgt-host", "--help"}).out, HasSubstr("run in the same way: echo\n"));
  const HostRun unknown = run_program({bin / "pgt-host", "ecko"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, AllOf(HasSubstr("did you mean \"echo\"?"), HasSubstr("explain, echo")));
}

TEST_F(Front, UsesThePluginsBesideIt) {
  const fs::path bin = folder_ / "bin";
  fs::create_directory(bin);
  fs::copy_file(PGT_HOST, bin / "pgt-host");
  EXPECT_EQ(run_program({bin / "pgt-host", "plugins"}).code, 5);
  folder_with({"noisy"}, "bin/plugins");
  EXPECT_THAT(run_program({bin / "pgt-host", "plugins"}).out, HasSubstr("noisy"));
  EXPECT_THAT(run_program({bin / "pgt-host", "--plugins", plugins_, "plugins"}).out,
              AllOf(HasSubstr("noisy"), HasSubstr("good")));
}

TEST_F(Front, FindsLibTorchWhereItUsuallyLies) {
  const auto make = [&](const fs::path& folder, const std::string& version) {
    fs::create_directories(folder / "lib");
    std::ofstream(folder / "lib" / "libtorch_cpu.so");
    std::ofstream(folder / "version.py") << "__version__ = '" << version << "+cpu'\n";
  };
  const auto found = [&] {
    setenv("VIRTUAL_ENV", (folder_ / "venv").c_str(), 1);
    HostRun run = run_host({"--torch-dir"});
    unsetenv("VIRTUAL_ENV");
    return run;
  };
  const fs::path wheel = folder_ / "venv" / "lib" / "python3.11" / "site-packages" / "torch";
  make(wheel, "1.2.3");
  EXPECT_THAT(found().out, Not(HasSubstr(wheel.string()))) << "another version";
  make(wheel, host_record().torch_version);
  const HostRun usual = found();
  EXPECT_EQ(usual.code, 0) << usual.err;
  EXPECT_EQ(usual.out, wheel.string() + "\n");

  const fs::path linked = folder_ / "linked";
  make(linked, host_record().torch_version);
  fs::create_symlink(linked, bare_.parent_path() / "torch");
  EXPECT_EQ(found().out, linked.string() + "\n") << "the one beside the host comes first";
}

TEST_F(Front, RefusesAFolderOfAnotherLibTorch) {
  const auto with_torch = [&](const std::string& folder) {
    setenv("PGT_TORCH_DIR", folder.c_str(), 1);
    HostRun run = host({"plugins"});
    unsetenv("PGT_TORCH_DIR");
    return run;
  };
  const HostRun none = with_torch((folder_ / "nowhere").string());
  EXPECT_EQ(none.code, 3);
  EXPECT_THAT(none.err, AllOf(HasSubstr("PGT_TORCH_DIR"), HasSubstr("nowhere"), HasSubstr("lib/libtorch_cpu.so")));

  fs::create_directories(folder_ / "torch" / "lib");
  std::ofstream(folder_ / "torch" / "lib" / "libtorch_cpu.so");
  write("torch/version.py", "debug = False\n__version__ = '1.2.3+cpu'\n");
  const HostRun other = with_torch((folder_ / "torch").string());
  EXPECT_EQ(other.code, 3);
  EXPECT_THAT(other.err, HasSubstr("holds LibTorch 1.2.3, but this host was built with "));
}

TEST_F(Front, DoesNotLinkLibTorch) {
  const HostRun run = run_program({"/usr/bin/ldd", PGT_HOST});
  ASSERT_EQ(run.code, 0);
  EXPECT_THAT(run.out, HasSubstr("libpgt_core.so"));
  EXPECT_THAT(run.out, Not(HasSubstr("libtorch")));
  EXPECT_THAT(run.out, Not(HasSubstr("libc10")));
}

}  // namespace
}  // namespace pgt::plugin
