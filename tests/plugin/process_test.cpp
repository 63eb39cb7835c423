#include "plugin/process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <fstream>
#include <string>
#include <thread>

namespace pgt::plugin {
namespace {

using std::chrono::milliseconds;
using testing::EndsWith;

constexpr milliseconds long_enough{10000};

ProcessResult shell(const std::string& script, milliseconds limit = long_enough) {
  return run_process({"/bin/sh", "-c", script}, limit);
}

/// Ended, whether or not somebody has waited for it.
bool is_gone(const std::string& process) {
  std::ifstream file("/proc/" + process + "/stat");
  std::string number, name, state;
  return !(file >> number >> name >> state) || state == "Z";
}

TEST(Process, GivesWhatAProgramPrintsAndHowItEnds) {
  const ProcessResult result = shell("echo out; echo err >&2; exit 3");
  EXPECT_FALSE(result.timed_out);
  EXPECT_EQ(WEXITSTATUS(result.status), 3);
  EXPECT_EQ(result.output, "out\n");
  EXPECT_EQ(result.errors, "err\n");
}

TEST(Process, IsToldOfAnEndWhereSigchldWasIgnored) {
  struct sigaction before {};
  sigaction(SIGCHLD, nullptr, &before);
  signal(SIGCHLD, SIG_IGN);
  const ProcessResult result = shell("exit 3");
  sigaction(SIGCHLD, &before, nullptr);
  EXPECT_FALSE(result.timed_out);
  EXPECT_EQ(WEXITSTATUS(result.status), 3);
}

TEST(Process, EndsWhatAProgramLeavesBehind) {
  const ProcessResult result = shell("sleep 60 & echo $!");
  EXPECT_FALSE(result.timed_out);
  const std::string left = result.output.substr(0, result.output.find('\n'));
  ASSERT_FALSE(left.empty());
  for (int i = 0; i < 500 && !is_gone(left); ++i) std::this_thread::sleep_for(milliseconds(10));
  EXPECT_TRUE(is_gone(left));
}

TEST(Process, StopsAProgramThatNeverStopsWriting) {
  EXPECT_TRUE(shell("while :; do echo text; done", milliseconds(200)).timed_out);
}

TEST(Process, KeepsTheEndOfALongOutput) {
  const ProcessResult result = shell("head -c 20000000 /dev/zero; echo last");
  EXPECT_THAT(result.output, EndsWith("last\n"));
  EXPECT_LT(result.output.size(), 10'000'000U);
}

}  // namespace
}  // namespace pgt::plugin
