#include "run/signals.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

namespace pgt::run {
namespace {

TEST(Signals, TheFirstOneOnlySetsAFlag) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU, SIGPWR}) {
    const Signals signals;
    EXPECT_FALSE(signals.stop());
    std::raise(signal);
    EXPECT_TRUE(signals.stop());
  }
}

TEST(SignalsDeathTest, TheSecondOneEndsTheProcess) {
  EXPECT_EXIT(
      {
        const Signals signals;
        std::raise(SIGTERM);
        std::raise(SIGINT);
        std::exit(0);
      },
      testing::ExitedWithCode(130), "stopping between two steps");
}

/// A terminal that closes sends SIGHUP more than once, `timeout` sends SIGTERM twice, a machine that goes down SIGHUP
/// and SIGTERM: none of them may keep a run from saving.
TEST(Signals, AsManyComeWhenOneIsMeant) {
  const Signals signals;
  for (const int signal : {SIGHUP, SIGHUP, SIGUSR1, SIGTERM, SIGTERM, SIGHUP}) std::raise(signal);
  EXPECT_TRUE(signals.stop());
}

TEST(Signals, LeavesHangUpsIgnoredThatWere) {
  const auto before = std::signal(SIGHUP, SIG_IGN);
  {
    const Signals signals;
    std::raise(SIGHUP);
    EXPECT_FALSE(signals.stop());
  }
  std::signal(SIGHUP, before);
}

TEST(Signals, ComeAlsoWhereTheCallerBlockedThem) {
  sigset_t terminate, before;
  sigemptyset(&terminate);
  sigaddset(&terminate, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &terminate, &before);
  {
    const Signals signals;
    std::raise(SIGTERM);
    EXPECT_TRUE(signals.stop());
  }
  sigset_t after;
  pthread_sigmask(SIG_SETMASK, &before, &after);
  EXPECT_TRUE(sigismember(&after, SIGTERM)) << "what was there is back";
}

TEST(Signals, PutsBackWhatWasThere) {
  struct sigaction before {
  }, after{};
  sigaction(SIGTERM, nullptr, &before);
  { const Signals signals; }
  sigaction(SIGTERM, nullptr, &after);
  EXPECT_EQ(before.sa_handler, after.sa_handler);
}

}  // namespace
}  // namespace pgt::run
