#include "@name@.cpp"

#include <gtest/gtest.h>

#include <pgt/sdk/testing/schedule.hpp>

namespace {

using namespace sdk::testing;

const @Class@ schedule({}, {});

TEST(@Class@, KeepsTheRules) { EXPECT_EQ(broken_rules(schedule), no_broken_rules); }

TEST(@Class@, GrowsWhileTraining) {
  EXPECT_EQ(plan_of(schedule, training(0)).steps.size(), 1U);
  EXPECT_EQ(plan_of(schedule, training(2)).steps.size(), 3U);
  EXPECT_EQ(plan_of(schedule, training(9)).steps.size(), 5U);
  EXPECT_EQ(plan_of(schedule, evaluation()).steps.size(), 5U);
}

TEST(@Class@, EveryStepSeesEightFrames) {
  for (const sdk::Step& step : plan_of(schedule, evaluation()).steps) {
    EXPECT_EQ(step.frames.at(0).end - step.frames.at(0).begin + step.overlap.at(0), 8);
  }
}

}  // namespace
