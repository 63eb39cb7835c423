#include "nn/activations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "nn/parameters.hpp"
#include "nn/tensor_memory.hpp"

namespace pgt::nn {
namespace {

constexpr std::int64_t map_bytes = 4 * 8 * 64 * 64 * 4;  // of (1, 8, 4, 64, 64) in float32

/// Stages that keep two, five and no maps of their inputs.
class ThreeStages final : public sdk::Backbone {
 public:
  ThreeStages() {
    for (at::Tensor* weight : {&first, &second, &third}) *weight = torch::ones({1}).set_requires_grad(true);
  }
  sdk::BackboneInfo info() const override { return {}; }
  at::Tensor forward(const sdk::Fragment& fragment, sdk::Carry&) override {
    seen.add_(1);
    at::Tensor x = fragment.frames[0];
    for (int i = 0; i < 2; ++i) x = (x * first).sin();  // each keeps the product's factor and the sine's argument
    for (int i = 0; i < 5; ++i) x = (x * second).sin();
    return (x.mean().view({1, 1, 1}) * third).expand({1, 1, 2});
  }
  void visit_parameters(sdk::ParameterVisitor& visitor) override {
    visitor.visit("s1.weight", first, sdk::Role::weight);
    visitor.visit("s2.a.weight", second, sdk::Role::weight);
    visitor.visit("head.weight", third, sdk::Role::weight);
    visitor.visit("seen", seen, sdk::Role::buffer);
  }
  void train(bool) override {}

  at::Tensor first, second, third, seen = torch::zeros({1});
};

TEST(Activations, AreMeasuredByStageAndLeaveNothing) {
  use_tensor_memory();
  ThreeStages backbone;
  sdk::Fragment fragment;
  fragment.frames = {torch::ones({1, 8, 4, 64, 64})};
  sdk::Step step;
  step.frames = {{0, 4}};
  step.overlap = {0};
  const std::vector<StageBytes> stages = measure_activations(backbone, fragment, {}, step, {}, c10::kCPU);
  ASSERT_EQ(stages.size(), 3U);
  EXPECT_EQ(stages[0].stage, "s1");
  EXPECT_EQ(stages[1].stage, "s2");
  EXPECT_EQ(stages[2].stage, "head");
  // The frames are the caller's; a map is shared by the sine that made it and the product that takes it.
  EXPECT_NEAR(static_cast<double>(stages[0].bytes) / map_bytes, 4, 1.5);
  EXPECT_NEAR(static_cast<double>(stages[1].bytes) / map_bytes, 10, 1.5);
  EXPECT_NEAR(static_cast<double>(stages[2].bytes) / map_bytes, 0, 0.1);
  EXPECT_FALSE(backbone.first.grad().defined());
  EXPECT_EQ(backbone.seen.item<float>(), 0);
}

TEST(Activations, AreOfTheLayersThatABackboneTells) {
  class Layered final : public sdk::Backbone, public sdk::LayeredBackbone {
   public:
    sdk::BackboneInfo info() const override { return {}; }
    at::Tensor forward(const sdk::Fragment&, sdk::Carry&) override { return {}; }
    void visit_parameters(sdk::ParameterVisitor& visitor) override {
      visitor.visit("blocks.0", weight, sdk::Role::weight);
      visitor.visit("blocks.1", other, sdk::Role::weight);
    }
    void train(bool) override {}
    std::int64_t layers() const override { return 2; }
    std::int64_t layer_of(std::string_view parameter) const override { return parameter == "blocks.1" ? 1 : 0; }
    void* extension(std::string_view id) override { return sdk::extension_among<sdk::LayeredBackbone>(this, id); }
    at::Tensor weight = torch::ones({1}).set_requires_grad(true),
               other = weight.detach().clone().set_requires_grad(true);
  } backbone;
  EXPECT_THAT(stages_of(backbone), testing::ElementsAre("layer 0", "layer 1"));
}

}  // namespace
}  // namespace pgt::nn
