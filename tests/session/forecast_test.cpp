#include "session/forecast.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace pgt::session {
namespace {

/// Steps that are back-propagated one by one, or all at the end.
std::vector<sdk::Step> steps_of(std::size_t count, bool one_by_one) {
  std::vector<sdk::Step> steps(count);
  for (std::size_t i = 0; i < count; ++i) {
    steps[i].detach = i == 0 || one_by_one;
    steps[i].backward = one_by_one || i + 1 == count;
  }
  return steps;
}

TEST(Forecast, ActivationsGrowWithTheVideosAndGradientsDoNot) {
  const Trial trial{.rows = 2, .steps = steps_of(3, true), .step_seconds = 0, .tensors = 130, .gradients = 30};
  EXPECT_EQ(further_bytes(trial, 2, steps_of(6, true)), 0);
  EXPECT_EQ(further_bytes(trial, 8, steps_of(6, true)), 300);
}

TEST(Forecast, StepsInOneGraphAreKeptTogether) {
  const Trial trial{.rows = 2, .steps = steps_of(3, false), .step_seconds = 0, .tensors = 90, .gradients = 0};
  EXPECT_EQ(further_bytes(trial, 2, steps_of(6, false)), 90);
  EXPECT_EQ(further_bytes(trial, 4, steps_of(6, false)), 270);
}

TEST(Forecast, AWindowOfGradientsKeepsSoManyGraphs) {
  const auto window = [](std::size_t count, std::int64_t reach) {
    std::vector<sdk::Step> steps = steps_of(count, true);
    for (std::size_t i = 0; i < count; ++i) {
      steps[i].gradient_reach = std::min(static_cast<std::int64_t>(i), reach);
    }
    return steps;
  };
  const Trial trial{.rows = 2, .steps = window(3, 2), .step_seconds = 0, .tensors = 90, .gradients = 0};
  EXPECT_EQ(further_bytes(trial, 2, window(6, 2)), 0);
  EXPECT_EQ(further_bytes(trial, 2, window(6, 5)), 90);
}

TEST(Forecast, AnEpochTakesAllStepsOfAllClips) {
  const Trial trial{.rows = 2, .steps = steps_of(3, true), .step_seconds = 0.5, .tensors = 0, .gradients = 0};
  EXPECT_DOUBLE_EQ(computing_seconds(trial, 100, 6), 150);
}

}  // namespace
}  // namespace pgt::session
