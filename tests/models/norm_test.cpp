#include <gtest/gtest.h>
#include <torch/torch.h>

#include "models/common/norm.hpp"

namespace pgt::models {
namespace {

at::Tensor picture() {
  torch::manual_seed(3);
  return torch::randn({2, 8, 3, 4, 4}, torch::kDouble) * 2 + 1;
}

/// In float64, with scales, shifts and running statistics that are not the initial ones.
std::shared_ptr<Norm> make(NormKind kind, std::int64_t groups = 4) {
  auto norm = std::make_shared<Norm>(NormLayout{kind, groups}, 8);
  norm->to(torch::kDouble);
  const torch::NoGradGuard no_gradients;
  for (auto& item : norm->named_parameters()) item.value().uniform_(0.5, 1.5);
  for (auto& item : norm->named_buffers()) {
    // The counter too is of type double by now.
    if (item.key() != "num_batches_tracked") item.value().uniform_(0.5, 1.5);
  }
  return norm;
}

at::Tensor per_channel(const at::Tensor& tensor) { return tensor.view({1, 8, 1, 1, 1}); }

TEST(Norm, OfGroupsIsTheSameInTrainingAndEvaluationAndForEachRow) {
  const auto norm = make(NormKind::group);
  const at::Tensor x = picture();
  norm->train();
  const at::Tensor y = norm->forward(x);
  norm->eval();
  EXPECT_TRUE(norm->forward(x).equal(y));
  EXPECT_TRUE(norm->forward(x.slice(0, 1)).allclose(y.slice(0, 1), 1e-12, 1e-12));
  EXPECT_TRUE(norm->named_buffers().is_empty());

  const at::Tensor group = x.slice(0, 0, 1).slice(1, 2, 4);
  const at::Tensor parameters = norm->named_parameters()["weight"];
  const at::Tensor expected =
      (group - group.mean()) / (group.var(false) + 1e-5).sqrt() * per_channel(parameters).slice(1, 2, 4) +
      per_channel(norm->named_parameters()["bias"]).slice(1, 2, 4);
  EXPECT_TRUE(y.slice(0, 0, 1).slice(1, 2, 4).allclose(expected, 1e-10, 1e-10));
}

TEST(Norm, ThatIsFrozenUsesItsBuffersInTrainingToo) {
  const auto norm = make(NormKind::frozen);
  EXPECT_TRUE(norm->parameters().empty());
  const auto buffers = norm->named_buffers();
  const at::Tensor scale = buffers["weight"] / (buffers["running_var"] + 1e-5).sqrt();
  const at::Tensor shift = buffers["bias"] - buffers["running_mean"] * scale;
  const at::Tensor x = picture();
  const at::Tensor expected = x * per_channel(scale) + per_channel(shift);
  const at::Tensor before = buffers["running_mean"].clone();
  for (const bool training : {true, false}) {
    norm->train(training);
    EXPECT_TRUE(norm->forward(x).allclose(expected, 1e-12, 1e-12));
  }
  EXPECT_TRUE(norm->named_buffers()["running_mean"].equal(before));
}

TEST(Norm, OfTheBatchUpdatesItsStatisticsInTraining) {
  const auto norm = make(NormKind::batch);
  const at::Tensor x = picture();
  const at::Tensor before = norm->named_buffers()["running_mean"].clone();
  norm->eval();
  norm->forward(x);
  EXPECT_TRUE(norm->named_buffers()["running_mean"].equal(before));
  norm->train();
  const at::Tensor y = norm->forward(x);
  EXPECT_TRUE(norm->named_buffers()["running_mean"].allclose(0.9 * before + 0.1 * x.mean({0, 2, 3, 4})));
  EXPECT_EQ(norm->named_buffers()["num_batches_tracked"].item<std::int64_t>(), 1);
  EXPECT_TRUE(y.mean({0, 2, 3, 4}).allclose(norm->named_parameters()["bias"]));
}

TEST(Norm, ThatIsFrozenDoesNotStartAtZero) {
  Norm norm({NormKind::frozen, 1}, 8);
  norm.start_at_zero();
  EXPECT_EQ(norm.named_buffers()["weight"].min().item<double>(), 1);
}

}  // namespace
}  // namespace pgt::models
