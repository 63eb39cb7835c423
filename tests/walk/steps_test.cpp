#include "walk/steps.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

namespace pgt::walk {
namespace {

using testing::ElementsAre;

/// Three steps of four frames that share one; the third continues the gradient of the second.
PlanWalk three_steps() {
  sdk::Plan plan;
  plan.steps.resize(3);
  for (std::int64_t i = 0; i < 3; ++i) {
    sdk::Step& step = plan.steps[static_cast<std::size_t>(i)];
    step.frames = {{i == 0 ? 0 : 1 + 3 * i, 4 + 3 * i}};
    step.overlap = {i == 0 ? 0 : 1};
  }
  plan.steps[1].backward = false;
  plan.steps[2].detach = false;
  plan.head_bins = 2;
  return {plan, {sdk::Pathway{}}};
}

sdk::Fragment fragment_of(std::int64_t rows, std::int64_t frames, double value) {
  return {{torch::full({rows, 1, frames, 1, 1}, value)}};
}

const std::vector<sdk::Site> one_site{{"site", 0, sdk::SiteKind::block, 3}};

TEST(Steps, GiveWhatThePlanSays) {
  const PlanWalk plan = three_steps();
  GivenFragments supply({fragment_of(2, 4, 1), fragment_of(2, 3, 2), fragment_of(2, 3, 3)});
  Steps steps(plan, 0, one_site, supply);
  for (std::int64_t i = 0; i < 3; ++i) {
    const std::optional<Step> step = steps.next();
    ASSERT_TRUE(step);
    EXPECT_EQ(step->index, i);
    EXPECT_EQ(step->plan.frames, plan.plan().steps[static_cast<std::size_t>(i)].frames);
    EXPECT_EQ(step->following.has_value(), i < 2);
    EXPECT_THAT(step->rows, ElementsAre(0, 1));
    EXPECT_EQ(step->fragment.head_bins, 2);
    const at::Tensor entered = steps.carry().enter(0, step->fragment.frames[0]);
    EXPECT_EQ(entered.size(2), 4) << "one of the four is carried";
    EXPECT_EQ(entered[0][0][0].item<double>(), i == 0 ? 1.0 : static_cast<double>(i));
  }
  EXPECT_FALSE(steps.next());
}

TEST(Steps, DropTheRowsThatHaveEndedFromTheCarry) {
  const PlanWalk plan = three_steps();
  sdk::Fragment first = fragment_of(3, 4, 0);
  for (std::int64_t row = 0; row < 3; ++row) first.frames[0][row].fill_(row + 1);
  GivenFragments supply({{{0, 1, 2}, first}, {{0, 2}, fragment_of(2, 3, 0)}, {{2}, fragment_of(1, 3, 0)}});
  Steps steps(plan, 0, one_site, supply);
  steps.carry().enter(0, steps.next()->fragment.frames[0]);
  const at::Tensor second = steps.carry().enter(0, steps.next()->fragment.frames[0]);
  EXPECT_TRUE(torch::equal(second.select(2, 0).flatten(), torch::tensor({1.0, 3.0}, second.options())));
  const std::optional<Step> third = steps.next();
  EXPECT_THAT(third->rows, ElementsAre(2));
  EXPECT_EQ(steps.carry().enter(0, third->fragment.frames[0]).size(0), 1);
}

TEST(Steps, EndWhereNoRowIsLeft) {
  const PlanWalk plan = three_steps();
  GivenFragments supply({{{0}, fragment_of(1, 4, 0)}, {{}, {}}});
  Steps steps(plan, 0, one_site, supply);
  EXPECT_TRUE(steps.next());
  EXPECT_FALSE(steps.next());
}

TEST(Steps, AreResumedWithTheirCarry) {
  const PlanWalk plan = three_steps();
  GivenFragments supply({{{0, 1}, fragment_of(2, 4, 1)}, {{1}, fragment_of(1, 3, 2)}, {{1}, fragment_of(1, 3, 3)}});
  Steps steps(plan, 0, one_site, supply);
  at::Tensor slot = torch::zeros({2, 1, 1, 1, 1});
  slot[1].fill_(5);
  steps.resume(1, {0, 1}, {{"site", slot}});
  const std::optional<Step> step = steps.next();
  EXPECT_EQ(step->index, 1);
  const at::Tensor entered = steps.carry().enter(0, step->fragment.frames[0]);
  EXPECT_EQ(entered.sizes(), at::IntArrayRef({1, 1, 4, 1, 1}));
  EXPECT_EQ(entered.flatten()[0].item<double>(), 5) << "the row that continues";
}

TEST(Steps, NeedAGradientForTheirOwnLossOrTheNextStep) {
  Step step;
  step.plan.loss_weight = 0;
  EXPECT_FALSE(step.needs_gradient());
  step.following.emplace();
  EXPECT_FALSE(step.needs_gradient());
  step.following->detach = false;
  EXPECT_TRUE(step.needs_gradient());
  step.following.reset();
  step.plan.loss_weight = 0.5;
  EXPECT_TRUE(step.needs_gradient());
}

}  // namespace
}  // namespace pgt::walk
