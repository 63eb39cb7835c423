#include "plugin/crash_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <cstdlib>
#include <thread>

#include "plugin/guard.hpp"
#include "plugin/support.hpp"

namespace pgt::plugin {
namespace {

using testing::KilledBySignal;

/// Each ends a process that was forked, and leaves its files here.
class CrashWatchDeathTest : public PluginTest {
 protected:
  static void in_a_call(const std::string& plugin, void (*end)()) {
    guard(plugin, "Schedule::plan", [&] { end(); });
  }

  /// What the file says after `end` in a call into `plugin`, of which it is told if it is "org.told".
  std::string note_after(const std::string& plugin, void (*end)()) const {
    fs::remove(file_);
    const pid_t child = fork();
    if (child == 0) {
      const CrashWatch watch;
      const CrashFile note(file_, "org.told", [](const std::string& call, int signal) {
        return std::to_string(crash_exit_code(signal)) + ": " + crash_sentence(call, signal) + ".";
      });
      in_a_call(plugin, end);
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return text_of(file_);
  }

  const fs::path file_ = folder_ / "note";
};

void write_nowhere() { *static_cast<volatile int*>(nullptr) = 1; }

/// Uses up the stack.
int descend(int depth) {
  volatile char room[10'000] = {};
  return depth == 0 ? room[0] : descend(depth + 1) + room[9'999];
}

TEST_F(CrashWatchDeathTest, NamesThePluginAndEndsAsItWould) {
  const auto watched = [](void (*end)()) {
    const CrashWatch watch;
    in_a_call("org.example", end);
  };
  EXPECT_EXIT(watched(std::abort), KilledBySignal(SIGABRT), "plugin org.example, Schedule::plan: crashed: SIGABRT");
#ifndef __SANITIZE_ADDRESS__
  EXPECT_EXIT(watched(write_nowhere), KilledBySignal(SIGSEGV),
              "plugin org.example, Schedule::plan: crashed: SIGSEGV \\(Segmentation fault\\)");
  EXPECT_EXIT(watched([] { descend(1); }), KilledBySignal(SIGSEGV), "crashed: SIGSEGV");
#endif
}

TEST_F(CrashWatchDeathTest, BlamesNobodyForWhatOthersDo) {
  const auto outside = [] {
    const CrashWatch watch;
    in_a_call("org.example", [] {});
    std::abort();
  };
  EXPECT_EXIT(outside(), KilledBySignal(SIGABRT), testing::Not(testing::HasSubstr("org.example")));
  const auto sent = [] {
    const CrashWatch watch;
    in_a_call("org.example", [] {
      const pid_t parent = getpid();
      if (fork() == 0) {
        kill(parent, SIGABRT);
        _exit(0);
      }
      pause();
    });
  };
  EXPECT_EXIT(sent(), KilledBySignal(SIGABRT), testing::Not(testing::HasSubstr("org.example")));
}

TEST_F(CrashWatchDeathTest, WritesWhatWasMadeReady) {
  EXPECT_EQ(note_after("org.told", std::abort), "134: plugin org.told, Schedule::plan: crashed: SIGABRT (Aborted).");
  EXPECT_EQ(note_after("org.told", [] { std::exit(0); }), "5: plugin org.told, Schedule::plan: called exit().");
  EXPECT_EQ(note_after("org.told", [] {}), "");
  EXPECT_EQ(note_after("org.other", std::abort), "");
}

TEST_F(CrashWatchDeathTest, PutsNothingThatEndsATextIntoAFile) {
  const pid_t child = fork();
  if (child == 0) {
    const CrashWatch watch;
    const CrashFile note(file_, "", [](const std::string& call, int) { return "\"" + call + "\""; });
    in_a_call("a\"b\\c\nd", std::abort);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(text_of(file_), "\"a?b?c?d, Schedule::plan\"");
}

TEST_F(CrashWatchDeathTest, GivesBackWhatWasThereBefore) {
  struct sigaction before {
  }, after{};
  sigaction(SIGBUS, nullptr, &before);
  {
    const CrashWatch watch;
    EXPECT_TRUE(CrashWatch::active());
  }
  sigaction(SIGBUS, nullptr, &after);
  EXPECT_EQ(before.sa_handler, after.sa_handler);
  EXPECT_FALSE(CrashWatch::active());
}

}  // namespace
}  // namespace pgt::plugin
