#include "nn/precision.hpp"

#include <ATen/autocast_mode.h>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "base/error.hpp"
#include "nn/carry.hpp"
#include "nn/kept_buffers.hpp"

namespace pgt::nn {
namespace {

/// A product, and a count of its forwards.
class Product final : public sdk::Backbone {
 public:
  Product() { weight.set_requires_grad(true); }
  sdk::BackboneInfo info() const override { return {}; }
  at::Tensor forward(const sdk::Fragment& fragment, sdk::Carry&) override {
    count += 1;
    const at::Tensor scores = fragment.frames[0].matmul(weight);
    seen = scores.scalar_type();
    return scores;
  }
  void visit_parameters(sdk::ParameterVisitor& visitor) override {
    visitor.visit("w", weight, sdk::Role::weight);
    visitor.visit("count", count, sdk::Role::buffer);
  }
  void train(bool) override {}

  at::Tensor weight = torch::tensor({{1.0F + 1.0F / 4096}});
  at::Tensor count = torch::zeros({1});
  at::ScalarType seen = at::kFloat;  ///< what the forward computed in
};

class Precisions : public testing::Test {
 protected:
  at::Tensor scores_in(config::Precision kind) {
    return scores(backbone, {{torch::ones({2, 1})}}, carry, Precision(kind, c10::kCPU));
  }
  Product backbone;
  SlotCarry carry{{}, {}};
};

TEST_F(Precisions, OfHalfLengthAreUsedWithinAndScoresAreFloat32) {
  const std::pair<config::Precision, at::ScalarType> types[] = {{config::Precision::fp32, at::kFloat},
                                                                {config::Precision::bf16, at::kBFloat16},
                                                                {config::Precision::fp16, at::kHalf}};
  for (const auto& [kind, type] : types) {
    const at::Tensor scores = scores_in(kind);
    EXPECT_EQ(backbone.seen, type);
    EXPECT_EQ(scores.scalar_type(), at::kFloat);
    EXPECT_EQ(scores[0].item<float>() == 1, type != at::kFloat) << "16 bits have no 1 + 1/4096";
    EXPECT_FALSE(at::autocast::is_autocast_enabled(at::kCPU)) << "as it was before";
  }
}

// LibTorch keeps what it has cast; a weight cast where no graph was wanted would get no gradient afterwards.
TEST_F(Precisions, GiveAWeightItsGradientAfterAForwardWithoutAGraph) {
  {
    const at::NoGradGuard no_gradient;
    scores_in(config::Precision::bf16);
  }
  scores_in(config::Precision::bf16).sum().backward();
  ASSERT_TRUE(backbone.weight.grad().defined());
  EXPECT_EQ(backbone.weight.grad().scalar_type(), at::kFloat);
  EXPECT_EQ(backbone.weight.grad().item<float>(), 2);
  {
    const at::NoGradGuard no_gradient;
    backbone.weight.fill_(3);
  }
  EXPECT_EQ(scores_in(config::Precision::bf16)[0].item<float>(), 3) << "the weight as it is, not as it was";
}

TEST_F(Precisions, KeepFloat64WhereTheNetworkHasIt) {
  backbone.weight = torch::ones({1, 1}, torch::kDouble);
  EXPECT_EQ(scores(backbone, {{torch::ones({2, 1}, torch::kDouble)}}, carry).scalar_type(), at::kDouble);
}

TEST_F(Precisions, ThatNeedAGpuAreRefusedElsewhere) {
  try {
    const Precision precision(config::Precision::tf32, c10::kCPU);
    FAIL() << "accepted " << precision.name();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::config);
    EXPECT_NE(std::string(error.what()).find("tf32"), std::string::npos);
  }
  EXPECT_EQ(Precision(config::Precision::fp32, c10::kCPU).warning(), "");
  EXPECT_EQ(Precision(config::Precision::tf32, c10::kCUDA).warning(), "");
}

TEST_F(Precisions, BuffersAreWhatTheyWereWhenTheyWereKept) {
  KeptBuffers buffers(backbone);
  scores_in(config::Precision::fp32);
  buffers.keep();
  scores_in(config::Precision::fp32);
  EXPECT_EQ(backbone.count.item<float>(), 2);
  buffers.put_back();
  EXPECT_EQ(backbone.count.item<float>(), 1);
}

}  // namespace
}  // namespace pgt::nn
