// A plugin that ends the program: named at once, in the run folder, and at the next start.

#include <gmock/gmock.h>

#include "journey.hpp"

namespace pgt::journey {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Crash : public Journey {
 protected:
  Crash() {
    folder_with({"crashes_in_forward", "exits_in_forward", "good"}, "plugins");
    write("crash.toml",
          "[model]\nuse = \"crashes_in_forward\"\n[dataset]\nuse = \"folder\"\nroot = \"videos\"\n[schedule]\nuse = "
          "\"pgt\"\nsteps = 4\n[data]\nsize = 16\nthreads = 1\n[train]\nepochs = 1\nthreads = 1\n");
  }
  ~Crash() override { unsetenv("PGT_TEST_CRASH"); }

  HostRun host(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"--plugins", plugins_.string()});
    return plugin::run_host(std::move(arguments));
  }
  HostRun trained(const std::string& backbone) const {
    return host({(folder_ / "crash.toml").string(), "--set", "model.use=" + backbone, "--set",
                 "run.root=" + (folder_ / "runs").string()});
  }
  HostRun crashed() const {
    setenv("PGT_TEST_CRASH", "1", 1);
    HostRun run = trained("crashes_in_forward");
    unsetenv("PGT_TEST_CRASH");
    return run;
  }

  const fs::path plugins_ = folder_ / "plugins";
  const fs::path library_ = plugins_ / "crashes_in_forward.so";
  const fs::path run_ = folder_ / "runs" / "crash-001";
  const std::string what_ = "plugin org.pgt.test.crashes_in_forward, Backbone::forward: crashed: SIGSEGV";
  const std::string warning_ = "warning: the program was ended when it used " + library_.string() + " last: " + what_;
};

TEST_F(Crash, IsNamedAtOnceAndAtTheNextStartUntilARunEndsWell) {
  const HostRun run = crashed();
  EXPECT_EQ(run.code, -1);
  EXPECT_THAT(run.err, HasSubstr(what_));
  EXPECT_EQ(status_of(run_, "status"), "failed");
  EXPECT_EQ(status_of(run_, "exit_code"), "139");
  EXPECT_THAT(status_of(run_, "message"), HasSubstr(what_));

  const std::string listed = host({"plugins"}).out;
  EXPECT_THAT(listed, AllOf(HasSubstr(warning_), Not(HasSubstr("good.so last"))));
  const HostRun next = host({"resume", run_.string()});
  EXPECT_EQ(next.code, 0) << next.err;
  EXPECT_THAT(next.err, AllOf(HasSubstr(warning_), HasSubstr("it failed before: " + what_)));
  EXPECT_EQ(status_of(run_, "status"), "finished");
  EXPECT_THAT(host({"plugins"}).out, Not(HasSubstr(warning_))) << "a run with it has finished";
}

TEST_F(Crash, IsForgottenWhenTheLibraryIsAnotherOne) {
  crashed();
  EXPECT_THAT(host({"plugins"}).out, HasSubstr(warning_));
  std::ofstream(library_, std::ios::app) << '\n';
  EXPECT_THAT(host({"plugins"}).out, AllOf(HasSubstr("crashes_in_forward"), Not(HasSubstr(warning_))));
}

TEST_F(Crash, OrExitIsNamedAtTheNextStart) {
  EXPECT_EQ(trained("exits_in_forward").code, 5);
  EXPECT_THAT(
      host({"plugins"}).out,
      HasSubstr("exits_in_forward.so last: plugin org.pgt.test.exits_in_forward, Backbone::forward: called exit()"));
}

TEST_F(Crash, SafeModeTakesTheHostsOwnPluginsAndSaysWhichAreLeftOut) {
  const std::string left_out = library_.string() + ": --safe-mode takes only the plugins that came with pgt-host";
  const HostRun list = host({"plugins", "--safe-mode"});
  EXPECT_EQ(list.code, 0);
  EXPECT_THAT(list.out, AllOf(HasSubstr("\nslow "), HasSubstr("left out: " + left_out), Not(HasSubstr("\ngood "))));

  const HostRun run = host({"--safe-mode", (folder_ / "crash.toml").string()});
  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.err, AllOf(HasSubstr("warning: plugin left out: " + left_out), HasSubstr("crash.toml:2:7: error: ")));

  const HostRun beside = host({"--safe-mode", "model", "list"});
  EXPECT_EQ(beside.code, 0) << beside.err;
  EXPECT_THAT(beside.err, HasSubstr("warning: --safe-mode leaves out the plugins of " + plugins_.string()));
  EXPECT_THAT(beside.out, AllOf(HasSubstr("slow"), Not(HasSubstr("crashes_in_forward"))));
}

}  // namespace
}  // namespace pgt::journey
