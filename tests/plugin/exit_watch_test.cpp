#include "plugin/exit_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <thread>

#include "plugin/guard.hpp"

namespace pgt::plugin {
namespace {

using testing::ExitedWithCode;

const std::string plugin_id = "org.example";

class ExitWatchDeathTest : public ::testing::Test {
 protected:
  /// Not in a fork of this process, whose end would not count.
  ExitWatchDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

/// Ends the process within a call into a plugin.
void end_in_a_call() {
  guard(plugin_id, "Schedule::plan", [] { std::exit(0); });
}

TEST_F(ExitWatchDeathTest, NamesThePluginAndTheCall) {
  EXPECT_EXIT(end_in_a_call(), ExitedWithCode(5), "plugin org.example, Schedule::plan: called exit\\(\\)");
  EXPECT_EXIT(guard(plugin_id, "Backbone::forward", [] { std::quick_exit(3); }), ExitedWithCode(5),
              "plugin org.example, Backbone::forward: called quick_exit\\(\\)");
}

TEST_F(ExitWatchDeathTest, NamesTheInnermostCall) {
  EXPECT_EXIT(guard("org.outer", "Backbone::forward", end_in_a_call), ExitedWithCode(5), "plugin org.example");
}

TEST_F(ExitWatchDeathTest, LeavesTheProgramsOwnEndAlone) {
  const auto later = [] {
    { const ExitWatch watch; }
    guard(plugin_id, "Schedule::plan", [] {});
    std::exit(4);
  };
  EXPECT_EXIT(later(), ExitedWithCode(4), "");
}

TEST_F(ExitWatchDeathTest, LetsAForkedProcessEnd) {
  const auto forks = [] {
    guard(plugin_id, "Dataset::Dataset", [] {
      const pid_t child = fork();
      if (child == 0) std::exit(7);
      int status = 0;
      waitpid(child, &status, 0);
      _exit(WEXITSTATUS(status));
    });
  };
  EXPECT_EXIT(forks(), ExitedWithCode(7), "");
}

TEST_F(ExitWatchDeathTest, TellsWhoRecordsTheRun) {
  const auto recorded = [] {
    const ExitWatch run([](const Error& error) { std::fprintf(stderr, "recorded: %s", error.what()); });
    const ExitWatch without_a_record;
    end_in_a_call();
  };
  EXPECT_EXIT(recorded(), ExitedWithCode(5), "^recorded: plugin org.example, Schedule::plan: called exit");
}

TEST_F(ExitWatchDeathTest, SeesAnExitOutsideOfEveryCall) {
  const auto thread_of_a_plugin = [] {
    const ExitWatch watch;
    std::thread([] { std::exit(0); }).join();
  };
  EXPECT_EXIT(thread_of_a_plugin(), ExitedWithCode(1), "something called exit\\(\\)");
}

}  // namespace
}  // namespace pgt::plugin
