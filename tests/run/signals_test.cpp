#include "run/signals.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

namespace pgt::run {
namespace {

TEST(Signals, TheFirstOneOnlySetsAFlag) {
  for (const int signal : {SIGINT, SIGTERM}) {
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
