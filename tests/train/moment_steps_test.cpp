// Clips of which every moment is learned.

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "train/small_clips.hpp"

namespace pgt::train {
namespace {

/// Scores each of a step's frames by themselves.
class OfFrames final : public sdk::Backbone {
 public:
  sdk::BackboneInfo info() const override {
    sdk::BackboneInfo info;
    info.output = sdk::Output::moments;
    return info;
  }
  at::Tensor forward(const sdk::Fragment& fragment, sdk::Carry&) override {
    return fragment.frames[0].flatten(1).unsqueeze(2) * weight;
  }
  void visit_parameters(sdk::ParameterVisitor& visitor) override { visitor.visit("weight", weight, sdk::Role::weight); }
  void train(bool) override {}

  at::Tensor weight = torch::tensor({1.0, -1.0}, torch::kDouble).set_requires_grad(true);
};

/// Two rows, a moment a frame, labelled or not.
walk::Portion moments(std::int64_t step, bool labelled) {
  walk::Portion portion = small_portion(step, {0, 1});
  portion.targets.rows.clear();
  sdk::Target target;
  target.labelled = labelled;
  if (labelled) target.classes = {1};
  portion.targets.of_moments = [target](std::size_t rows, std::int64_t of_step) {
    return std::vector<sdk::Target>(rows * static_cast<std::size_t>(of_step), target);
  };
  return portion;
}

TEST(MomentSteps, AStepThatNobodyLabelledTakesNothingFromTheOthers) {
  OfFrames backbone;
  const std::vector<Gradients> with =
      train_clip(backbone, small_plan(3), {moments(0, true), moments(1, false), moments(2, true)});
  ASSERT_EQ(with.size(), 1U) << "the clip was learned";
  const at::Tensor gradient = with[0].at("weight");
  EXPECT_TRUE(gradient.isfinite().all().item<bool>());
  EXPECT_GT(gradient.abs().max().item<double>(), 0.01);
}

}  // namespace
}  // namespace pgt::train
