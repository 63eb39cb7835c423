#include "train/criterion.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.hpp"

namespace pgt::train {
namespace {

using config::Loss;
using nlohmann::json;
using testing::DoubleEq;
using testing::ElementsAre;
using testing::HasSubstr;

/// The text of the Error(data) that making these targets throws.
std::string refusal(const std::vector<sdk::Target>& targets, Loss loss) {
  try {
    Criterion(loss, 3).targets(targets, torch::zeros({1, 3}));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::data);
    return error.what();
  }
  ADD_FAILURE() << "accepted";
  return "";
}

TEST(Criterion, TakesClassIndicesOrZerosAndOnes) {
  const at::Tensor scores = torch::zeros({2, 3}, torch::kFloat64);
  const at::Tensor indices = Criterion(Loss::cross_entropy, 3).targets({{{2}}, {{0}}}, scores);
  EXPECT_EQ(indices.scalar_type(), torch::kInt64);
  EXPECT_TRUE(torch::equal(indices, torch::tensor({2, 0}, torch::kInt64)));

  const at::Tensor hot = Criterion(Loss::binary_cross_entropy, 3).targets({{{0, 2}}, {{}}}, scores);
  EXPECT_EQ(hot.scalar_type(), torch::kFloat64);
  EXPECT_TRUE(torch::equal(hot, torch::tensor({{1.0, 0.0, 1.0}, {0.0, 0.0, 0.0}}, torch::kFloat64)));
}

TEST(Criterion, NamesALabelThatIsOutOfRange) {
  EXPECT_THAT(refusal({{{0}}, {{3}}}, Loss::cross_entropy), HasSubstr("label 3"));
  EXPECT_THAT(refusal({{{-1}}}, Loss::cross_entropy), HasSubstr("label -1"));
  EXPECT_THAT(refusal({{{1, 7}}}, Loss::binary_cross_entropy), HasSubstr("label 7"));
}

TEST(Criterion, RefusesCrossEntropyWithoutExactlyOneLabel) {
  EXPECT_THAT(refusal({{{0, 1}}}, Loss::cross_entropy), HasSubstr("2 labels"));
  EXPECT_THAT(refusal({{{}}}, Loss::cross_entropy), HasSubstr("0 labels"));
}

TEST(Criterion, OfCrossEntropyIsMinusLogOfTheSoftmax) {
  const at::Tensor scores = torch::tensor({{1.0, 2.0, 4.0}, {0.0, 0.0, 0.0}}, torch::kFloat64);
  const auto [loss, weight] = Criterion(Loss::cross_entropy, 3).of(scores, torch::tensor({2, 1}, torch::kInt64));
  ASSERT_EQ(loss.sizes(), at::IntArrayRef({2}));
  const double sum = std::exp(1.0) + std::exp(2.0) + std::exp(4.0);
  EXPECT_NEAR(loss[0].item<double>(), std::log(sum) - 4.0, 1e-12);
  EXPECT_NEAR(loss[1].item<double>(), std::log(3.0), 1e-12);
  EXPECT_TRUE(torch::equal(weight, torch::ones({2}, torch::kFloat64)));
}

TEST(Criterion, OfBinaryCrossEntropyIsTheMeanOverTheClasses) {
  const at::Tensor scores = torch::tensor({{0.5, -2.0}}, torch::kFloat64);
  const at::Tensor target = torch::tensor({{1.0, 0.0}}, torch::kFloat64);
  const auto [loss, weight] = Criterion(Loss::binary_cross_entropy, 2).of(scores, target);
  ASSERT_EQ(loss.sizes(), at::IntArrayRef({1}));
  EXPECT_NEAR(loss[0].item<double>(), (std::log1p(std::exp(-0.5)) + std::log1p(std::exp(-2.0))) / 2, 1e-12);
  EXPECT_EQ(weight.item<double>(), 1);
}

at::Tensor matrix(const json& rows) {
  std::vector<at::Tensor> tensors;
  for (const json& row : rows) tensors.push_back(torch::tensor(row.get<std::vector<double>>(), torch::kFloat64));
  return torch::stack(tensors);
}

/// tests/golden/make_losses.py
TEST(Criterion, WithWeightsAndSmoothingIsThatOfPythonTorch) {
  const json file = json::parse(std::ifstream(PGT_SOURCE_DIR "/tests/golden/losses.json"));
  ASSERT_EQ(file.at("cases").size(), 12U);
  for (const json& golden : file.at("cases")) {
    SCOPED_TRACE(golden.at("id"));
    const Loss loss = golden.at("loss") == "cross_entropy" ? Loss::cross_entropy : Loss::binary_cross_entropy;
    const at::Tensor scores = matrix(golden.at("scores")).requires_grad_();
    const Criterion criterion(loss, scores.size(1), golden.at("smoothing"),
                              golden.at("weights").get<std::vector<double>>());
    std::vector<sdk::Target> targets;
    for (const json& labels : golden.at("labels")) targets.push_back({labels.get<std::vector<std::int64_t>>()});
    const Losses losses = criterion.of(scores, criterion.targets(targets, scores));
    const at::Tensor mean = losses.loss.sum() / losses.weight.sum();
    mean.backward();
    EXPECT_NEAR(mean.item<double>(), golden.at("mean").get<double>(), 1e-12);
    EXPECT_LT((scores.grad() - matrix(golden.at("gradient"))).abs().max().item<double>(), 1e-12);
  }
}

TEST(BalancedWeights, MakeUpForRareClasses) {
  EXPECT_THAT(balanced_weights(Loss::cross_entropy, {{6, 2, 0}, 8}),
              ElementsAre(DoubleEq(8.0 / (2 * 6)), DoubleEq(8.0 / (2 * 2)), 1));
  EXPECT_THAT(balanced_weights(Loss::binary_cross_entropy, {{6, 2, 0, 8}, 8}),
              ElementsAre(DoubleEq(2.0 / 6), DoubleEq(6.0 / 2), 1, 1));
}

at::Tensor weights_of(const config::TrainOptions& options) {
  const auto count = [] { return walk::LabelCounts{{1, 3, 0}, 4}; };
  const Criterion criterion = make_criterion(options, {{"run", "walk", "swim"}, sdk::Task::single_label, {}}, count);
  const at::Tensor scores = torch::zeros({3, 3}, torch::kFloat64);
  return criterion.of(scores, criterion.targets({{{0}}, {{1}}, {{2}}}, scores)).weight;
}

TEST(Criterion, IsMadeFromTheRunFileAndTheDataSet) {
  config::TrainOptions options;
  EXPECT_TRUE(torch::equal(weights_of(options), torch::ones({3}, torch::kFloat64)));
  options.class_weights = config::ClassWeights::balanced;
  EXPECT_TRUE(torch::allclose(weights_of(options), torch::tensor({4.0 / 2, 4.0 / 6, 1.0}, torch::kFloat64)));
  options.class_weights = config::ClassWeights::table;
  options.class_weight_table = {{"run", 2.5}, {"swim", 0.5}};
  EXPECT_TRUE(torch::equal(weights_of(options), torch::tensor({2.5, 1.0, 0.5}, torch::kFloat64)));
}

}  // namespace
}  // namespace pgt::train
