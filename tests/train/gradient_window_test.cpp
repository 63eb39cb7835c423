// How far back a gradient flows: in blocks and in a sliding window (docs/method.md M3.8).

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "train/small_clips.hpp"

namespace pgt::train {
namespace {

constexpr std::int64_t clip_steps = 6;

/// A recurrent state, and carried frames that a site looks at together with the new ones.
class Remembers final : public sdk::Backbone {
 public:
  Remembers() {
    torch::manual_seed(1);
    for (at::Tensor* weight : {&input, &state, &output, &look}) {
      *weight = torch::randn(weight->sizes(), torch::kDouble).set_requires_grad(true);
    }
  }
  sdk::BackboneInfo info() const override {
    sdk::BackboneInfo info;
    info.sites = {{"frames", 0, sdk::SiteKind::block, 2}, {"state", 0, sdk::SiteKind::block, 1}};
    return info;
  }
  at::Tensor forward(const sdk::Fragment& fragment, sdk::Carry& carry) override {
    const at::Tensor scaled = (fragment.frames[0] * look).tanh();
    const at::Tensor seen = carry.enter(0, scaled);
    const at::Tensor looked = carry.leave(0, seen + seen.roll(1, 2)).mean({2, 3, 4});  // (N, 1)
    const at::Tensor before = carry.recall(1);
    const at::Tensor h =
        (looked.matmul(input) + (before.defined() ? before.matmul(state) : at::zeros_like(input))).tanh();
    carry.exchange(1, h);
    return h.matmul(output).unsqueeze(1);
  }
  void visit_parameters(sdk::ParameterVisitor& visitor) override {
    visitor.visit("input", input, sdk::Role::weight);
    visitor.visit("look", look, sdk::Role::weight);
    visitor.visit("output", output, sdk::Role::weight);
    visitor.visit("state", state, sdk::Role::weight);
  }
  void train(bool) override {}

  at::Tensor input = torch::empty({1, 3}), state = torch::empty({3, 3}), output = torch::empty({3, 2}),
             look = torch::empty({1});
};

sdk::Plan plan_with(std::int64_t reach) {
  sdk::Plan plan = small_plan(clip_steps);
  plan.carry.momentum = 0.25;
  for (std::int64_t i = 0; i < clip_steps; ++i) {
    plan.steps[static_cast<std::size_t>(i)].gradient_reach = std::min(i, reach);
  }
  return plan;
}

sdk::Plan plan_without_cut() {
  sdk::Plan plan = plan_with(0);
  for (sdk::Step& step : plan.steps) {
    step.detach = false;
    step.backward = false;
  }
  plan.steps.back().backward = true;
  return plan;
}

Gradients gradients(const sdk::Plan& plan) {
  Remembers backbone;
  return train_clip(backbone, plan, small_clip(clip_steps)).front();
}

/// The gradient of each loss by itself: the state before the window is a constant.
Gradients explicit_gradients(std::int64_t reach) {
  Remembers backbone;
  const std::vector<walk::Portion> clip = small_clip(clip_steps);
  const sdk::Plan plan = plan_with(0);
  nn::SlotCarry carry(backbone.info().sites, plan.carry);
  for (std::int64_t last = 0; last < clip_steps; ++last) {
    // All steps once more, with the carry cut before the window and not in it.
    carry.begin_step(true, plan.steps[0], nullptr);
    at::Tensor scores;
    for (std::int64_t i = 0; i <= last; ++i) {
      sdk::Step next = plan.steps[static_cast<std::size_t>(std::min(i + 1, clip_steps - 1))];
      next.detach = i + 1 <= last - reach;
      carry.begin_step(i == 0, plan.steps[static_cast<std::size_t>(i)], &next);
      scores = backbone.forward(clip[static_cast<std::size_t>(i)].fragment, carry).squeeze(1);
    }
    const at::Tensor classes = torch::tensor({0, 1, 0}, torch::kLong);
    torch::nn::functional::cross_entropy(scores, classes).backward();
  }
  return gradients_of(backbone);
}

TEST(GradientWindow, SlidingIsTheSumOfWhatEachLossSaysOfItsWindow) {
  for (const std::int64_t reach : {1, 2, 3}) {
    SCOPED_TRACE(reach);
    expect_near(gradients(plan_with(reach)), explicit_gradients(reach), 1e-12);
  }
}

TEST(GradientWindow, SlidingOverTheWholeClipIsAGradientThatIsNeverCut) {
  expect_near(gradients(plan_with(clip_steps)), gradients(plan_without_cut()), 1e-12);
}

TEST(GradientWindow, BlocksAreWhatTheGradientOfEachBlockSays) {
  sdk::Plan blocks = plan_with(0);
  for (std::size_t i = 0; i < blocks.steps.size(); ++i) {
    blocks.steps[i].detach = i % 3 == 0;
    blocks.steps[i].backward = i % 3 == 2;
  }
  // A window that reaches back to the beginning of its block.
  sdk::Plan sliding = plan_with(0);
  for (std::size_t i = 0; i < sliding.steps.size(); ++i) {
    sliding.steps[i].gradient_reach = static_cast<std::int64_t>(i % 3);
  }
  expect_near(gradients(sliding), gradients(blocks), 1e-12);
}

TEST(GradientWindow, AWindowReachesFurtherThanACut) {
  const Gradients cut = gradients(plan_with(0)), sliding = gradients(plan_with(1));
  EXPECT_GT((cut.at("state") - sliding.at("state")).abs().max().item<double>(), 1e-4);
}

TEST(GradientWindow, HoldsNoMoreGraphsThanItReachesBack) {
  nn::SlotCarry carry({{"state", 0, sdk::SiteKind::block, 1}}, {});
  const at::Tensor weight = torch::ones({1}, torch::requires_grad());
  for (std::int64_t i = 0; i < 10; ++i) {
    sdk::Step step = small_step(i), next = small_step(i + 1);
    step.gradient_reach = std::min<std::int64_t>(i, 2);
    next.gradient_reach = 2;
    carry.begin_step(i == 0, step, &next);
    const at::Tensor before = carry.recall(0);
    carry.exchange(0, before.defined() ? before * weight : weight * 1);
    EXPECT_EQ(std::ssize(carry.borders()), std::min<std::int64_t>(i, 2)) << i;
  }
}

}  // namespace
}  // namespace pgt::train
