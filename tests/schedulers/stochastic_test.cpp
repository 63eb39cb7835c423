#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "schedulers/planner.hpp"
#include "schedulers/same_plan.hpp"

namespace pgt {
namespace {

sdk::PlanRequest iteration(std::int64_t i, std::uint64_t seed = 0) {
  sdk::PlanRequest request;
  request.iteration = i;
  request.seed = seed;
  return request;
}

std::vector<double> weights(const sdk::Plan& plan) {
  std::vector<double> weights;
  for (const sdk::Step& step : plan.steps) weights.push_back(step.loss_weight);
  return weights;
}

TEST(StochasticSchedule, IsPgtWithAllStepsKept) {
  EXPECT_TRUE(same_plan(Planner("stochastic", {{"keep", 1.0}}).plan(), Planner("pgt", {}).plan()));
}

TEST(StochasticSchedule, WeighsWhatItKeepsSoThatTheExpectedGradientIsThatOfAllSteps) {
  const Planner stochastic("stochastic", {{"steps", std::int64_t{8}}, {"keep", 0.25}});
  constexpr int draws = 4000;
  std::vector<double> sum(8);
  for (int i = 0; i < draws; ++i) {
    const std::vector<double> drawn = weights(stochastic.plan(iteration(i)));
    EXPECT_EQ(std::ranges::count(drawn, 4.0), 2) << "a quarter of eight, four times as heavy";
    EXPECT_EQ(std::ranges::count(drawn, 0.0), 6);
    for (std::size_t step = 0; step < drawn.size(); ++step) sum[step] += drawn[step] / draws;
  }
  // The mean of 4000 draws of 4 with probability 1/4 has a deviation of 0.027.
  for (const double mean : sum) EXPECT_NEAR(mean, 1, 5 * 0.027);
}

TEST(StochasticSchedule, DrawsAnewForEachBatchAndTheSameAgain) {
  const Planner stochastic("stochastic", {{"steps", std::int64_t{32}}});
  EXPECT_EQ(weights(stochastic.plan(iteration(3))), weights(stochastic.plan(iteration(3))));
  EXPECT_NE(weights(stochastic.plan(iteration(3))), weights(stochastic.plan(iteration(4))));
  EXPECT_NE(weights(stochastic.plan(iteration(3))), weights(stochastic.plan(iteration(3, 1))));
}

TEST(StochasticSchedule, KeepsTheSameShareOfVideosOfAnyLength) {
  const Planner stochastic("stochastic", {{"steps", std::int64_t{0}}, {"keep", 0.25}});
  const walk::PlanWalk walk(stochastic.plan(iteration(7)), {sdk::Pathway{}});
  double sum = 0;
  for (std::int64_t i = 0; i < 160; ++i) sum += walk.step(i, 10000)->loss_weight;
  EXPECT_EQ(sum, 160);
  EXPECT_EQ(walk.step(100, 10000)->frames[0], (sdk::FrameRange{701, 708}));
}

TEST(StochasticSchedule, KeepsAtLeastOneStepAndEvaluatesAll) {
  const Planner stochastic("stochastic", {{"keep", 0.001}});
  EXPECT_EQ(std::ranges::count(weights(stochastic.plan(iteration(0))), 5.0), 1);
  const sdk::Plan evaluated = stochastic.plan({sdk::Pathway{}}, sdk::Phase::evaluate);
  EXPECT_EQ(std::ranges::count(weights(evaluated), 1.0), 5);
}

}  // namespace
}  // namespace pgt
