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
std::shared_ptr<Norm> make(NormKind kind, std::int64_t groups = 4, std::int64_t splits = 2) {
  auto norm = std::make_shared<Norm>(NormLayout{kind, groups, splits}, 8);
  norm->to(torch::kDouble);
  const torch::NoGradGuard no_gradients;
  for (auto& item : norm->named_parameters()) item.value().uniform_(0.5, 1.5);
  for (auto& item : norm->named_buffers()) {
    // The counter too is of type double by now.
    if (!item.key().ends_with("num_batches_tracked")) item.value().uniform_(0.5, 1.5);
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

TEST(Norm, OfPartsOfTheBatchNormalisesEachByItself) {
  const auto norm = make(NormKind::sub_batch);
  const auto parameters = norm->named_parameters();
  torch::manual_seed(3);
  const at::Tensor x = torch::randn({5, 8, 2, 3, 3}, torch::kDouble) * 2 + 1;  // parts of three rows and of two
  const auto before = norm->named_buffers()["split_bn.running_mean"].clone();
  const at::Tensor y = norm->forward(x);
  for (std::int64_t part = 0; part < 2; ++part) {
    const at::Tensor rows = x.slice(0, part, 5, 2);
    const at::Tensor mean = rows.mean({0, 2, 3, 4}), variance = rows.var({0, 2, 3, 4}, false);
    const at::Tensor expected =
        (rows - per_channel(mean)) / per_channel((variance + 1e-5).sqrt()) * per_channel(parameters["weight"]) +
        per_channel(parameters["bias"]);
    EXPECT_TRUE(y.slice(0, part, 5, 2).allclose(expected, 1e-10, 1e-10));
    const at::Tensor running = norm->named_buffers()["split_bn.running_mean"].slice(0, 8 * part, 8 * part + 8);
    EXPECT_TRUE(running.allclose(0.9 * before.slice(0, 8 * part, 8 * part + 8) + 0.1 * mean));
  }
}

TEST(Norm, OfPartsOfTheBatchIsEvaluatedWithTheStatisticsOfAll) {
  const auto norm = make(NormKind::sub_batch);
  norm->forward(picture());
  norm->eval();
  const auto buffers = norm->named_buffers();
  const at::Tensor means = buffers["split_bn.running_mean"].view({2, 8});
  const at::Tensor variances = buffers["split_bn.running_var"].view({2, 8});
  EXPECT_TRUE(buffers["bn.running_mean"].allclose(means.mean(0), 1e-12, 1e-12));
  EXPECT_TRUE(buffers["bn.running_var"].allclose(variances.mean(0) + means.var(0, false), 1e-12, 1e-12));

  const auto whole = make(NormKind::batch);
  const torch::NoGradGuard no_gradients;
  for (const std::string name : {"weight", "bias"}) {
    whole->named_parameters()[name].copy_(norm->named_parameters()[name]);
  }
  for (const std::string name : {"running_mean", "running_var"}) {
    whole->named_buffers()[name].copy_(buffers["bn." + name]);
  }
  whole->eval();
  EXPECT_TRUE(norm->forward(picture()).allclose(whole->forward(picture()), 1e-12, 1e-12));
}

/// Three rows leave the fourth part as it began.
TEST(Norm, OfPartsWithoutARowIsEvaluatedWithoutThem) {
  const auto norm = make(NormKind::sub_batch, 4, 4);
  auto buffers = norm->named_buffers();
  buffers["split_bn.running_mean"].zero_();
  buffers["split_bn.running_var"].fill_(1);
  torch::manual_seed(3);
  norm->forward(torch::randn({3, 8, 2, 3, 3}, torch::kDouble) * 2 + 1);
  norm->eval();
  const at::Tensor means = buffers["split_bn.running_mean"].view({4, 8}).narrow(0, 0, 3);
  const at::Tensor variances = buffers["split_bn.running_var"].view({4, 8}).narrow(0, 0, 3);
  EXPECT_TRUE(buffers["bn.running_mean"].allclose(means.mean(0), 1e-12, 1e-12));
  EXPECT_TRUE(buffers["bn.running_var"].allclose(variances.mean(0) + means.var(0, false), 1e-12, 1e-12));

  buffers["split_bn.running_mean"].zero_();
  buffers["split_bn.running_var"].fill_(1);
  norm->eval();
  EXPECT_TRUE(buffers["bn.running_mean"].eq(0).all().item<bool>()) << "nothing has been seen";
  EXPECT_TRUE(buffers["bn.running_var"].eq(1).all().item<bool>());
}

TEST(Norm, OfOnePartIsThatOfTheBatch) {
  const auto parts = make(NormKind::sub_batch, 4, 1), whole = make(NormKind::batch);
  for (const auto& norm : {parts, whole}) {
    const torch::NoGradGuard no_gradients;
    for (auto& item : norm->named_parameters()) item.value().fill_(1);
  }
  EXPECT_TRUE(parts->forward(picture()).allclose(whole->forward(picture()), 1e-12, 1e-12));
}

TEST(Norm, StartsAtZeroWhereItCanLeaveItAgain) {
  const auto scale = [](const NormLayout& layout) {
    Norm norm(layout, 8);
    norm.start_at_zero();
    const auto parameters = norm.named_parameters();
    return (parameters.contains("weight") ? parameters["weight"] : norm.named_buffers()["weight"]).max().item<double>();
  };
  EXPECT_EQ(scale({NormKind::batch}), 0);
  EXPECT_EQ(scale({NormKind::group, 2}), 0);
  EXPECT_EQ(scale({NormKind::frozen}), 1);
  EXPECT_EQ(scale({NormKind::sub_batch, 1, 2}), 1);
}

/// As if another process had the same rows.
struct Twice final : pgt::sdk::BatchSums {
  std::optional<std::int64_t> place() override { return places++; }
  void add_up(std::int64_t place, at::Tensor& numbers) override {
    EXPECT_EQ(place, 0);
    numbers.mul_(2);
  }
  std::int64_t places = 0;
};

TEST(Norm, OfAllProcessesIsThatOfTheirRowsTogether) {
  const auto alone = make(NormKind::batch);
  const auto shared = make(NormKind::sync_batch);
  const auto values = alone->named_parameters(), buffers = alone->named_buffers();
  {
    const torch::NoGradGuard no_gradients;
    for (auto& item : shared->named_parameters()) item.value().copy_(values[item.key()]);
    for (auto& item : shared->named_buffers()) item.value().copy_(buffers[item.key()]);
  }
  Twice sums;
  EXPECT_FALSE(alone->share_batches(sums));
  EXPECT_TRUE(shared->share_batches(sums));
  const at::Tensor weights = torch::randn({2, 8, 3, 4, 4}, torch::kDouble);
  const at::Tensor x = picture().set_requires_grad(true),
                   rows = torch::cat({picture(), picture()}).set_requires_grad(true);
  const at::Tensor y = shared->forward(x), expected = alone->forward(rows);
  (y * weights).sum().backward();
  (expected * torch::cat({weights, weights})).sum().backward();
  EXPECT_TRUE(y.allclose(expected.slice(0, 0, 2), 1e-12, 1e-12));
  EXPECT_TRUE(x.grad().allclose(rows.grad().slice(0, 0, 2), 1e-12, 1e-12));
  for (const auto& item : shared->named_parameters()) {  // each process has half of the sum
    EXPECT_TRUE((2 * item.value().grad()).allclose(values[item.key()].grad(), 1e-12, 1e-12)) << item.key();
  }
  for (const auto& item : shared->named_buffers()) {
    EXPECT_TRUE(item.value().allclose(buffers[item.key()], 1e-12, 1e-12)) << item.key();
  }
}

}  // namespace
}  // namespace pgt::models
