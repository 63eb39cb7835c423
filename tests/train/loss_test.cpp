#include "train/loss.hpp"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>

#include "base/error.hpp"

namespace pgt::train {
namespace {

using config::Loss;

/// The text of the Error(data) that making these targets throws.
std::string refusal(const std::vector<sdk::Target>& targets, Loss loss) {
  try {
    target_tensor(targets, 3, loss, torch::kFloat32);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::data);
    return error.what();
  }
  ADD_FAILURE() << "accepted";
  return "";
}

TEST(Loss, FollowsTheTaskUnlessTheRunFileNamesOne) {
  EXPECT_EQ(resolve_loss(Loss::automatic, sdk::Task::single_label), Loss::cross_entropy);
  EXPECT_EQ(resolve_loss(Loss::automatic, sdk::Task::multi_label), Loss::binary_cross_entropy);
  EXPECT_EQ(resolve_loss(Loss::binary_cross_entropy, sdk::Task::single_label), Loss::binary_cross_entropy);
  EXPECT_EQ(resolve_loss(Loss::automatic, sdk::Task::boxes), Loss::binary_cross_entropy);
  for (const sdk::Task task : {sdk::Task::multi_label, sdk::Task::boxes}) {
    EXPECT_THROW(resolve_loss(Loss::cross_entropy, task), Error);
  }
}

TEST(Loss, TakesClassIndicesOrZerosAndOnes) {
  const at::Tensor indices = target_tensor({{{2}}, {{0}}}, 3, Loss::cross_entropy, torch::kFloat32);
  EXPECT_EQ(indices.scalar_type(), torch::kInt64);
  EXPECT_TRUE(torch::equal(indices, torch::tensor({2, 0}, torch::kInt64)));

  const at::Tensor hot = target_tensor({{{0, 2}}, {{}}}, 3, Loss::binary_cross_entropy, torch::kFloat64);
  EXPECT_EQ(hot.scalar_type(), torch::kFloat64);
  EXPECT_TRUE(torch::equal(hot, torch::tensor({{1.0, 0.0, 1.0}, {0.0, 0.0, 0.0}}, torch::kFloat64)));
}

TEST(Loss, NamesALabelThatIsOutOfRange) {
  EXPECT_NE(refusal({{{0}}, {{3}}}, Loss::cross_entropy).find("label 3"), std::string::npos);
  EXPECT_NE(refusal({{{-1}}}, Loss::cross_entropy).find("label -1"), std::string::npos);
  EXPECT_NE(refusal({{{1, 7}}}, Loss::binary_cross_entropy).find("label 7"), std::string::npos);
}

TEST(Loss, RefusesCrossEntropyWithoutExactlyOneLabel) {
  EXPECT_NE(refusal({{{0, 1}}}, Loss::cross_entropy).find("2 labels"), std::string::npos);
  EXPECT_NE(refusal({{{}}}, Loss::cross_entropy).find("0 labels"), std::string::npos);
}

TEST(Loss, OfCrossEntropyIsMinusLogOfTheSoftmax) {
  const at::Tensor scores = torch::tensor({{1.0, 2.0, 4.0}, {0.0, 0.0, 0.0}}, torch::kFloat64);
  const at::Tensor loss = loss_per_score(scores, torch::tensor({2, 1}, torch::kInt64), Loss::cross_entropy);
  ASSERT_EQ(loss.sizes(), at::IntArrayRef({2}));
  const double sum = std::exp(1.0) + std::exp(2.0) + std::exp(4.0);
  EXPECT_NEAR(loss[0].item<double>(), std::log(sum) - 4.0, 1e-12);
  EXPECT_NEAR(loss[1].item<double>(), std::log(3.0), 1e-12);
}

TEST(Loss, OfBinaryCrossEntropyIsTheMeanOverTheClasses) {
  const at::Tensor scores = torch::tensor({{0.5, -2.0}}, torch::kFloat64);
  const at::Tensor target = torch::tensor({{1.0, 0.0}}, torch::kFloat64);
  const at::Tensor loss = loss_per_score(scores, target, Loss::binary_cross_entropy);
  ASSERT_EQ(loss.sizes(), at::IntArrayRef({1}));
  EXPECT_NEAR(loss[0].item<double>(), (std::log1p(std::exp(-0.5)) + std::log1p(std::exp(-2.0))) / 2, 1e-12);
}

TEST(Loss, ActivatesEachPositionBeforeAveraging) {
  const at::Tensor scores = torch::tensor({{{0.0, 2.0}, {0.0, -1.0}}}, torch::kFloat64);  // one video, two positions
  const at::Tensor soft = probabilities(scores, Loss::cross_entropy);
  ASSERT_EQ(soft.sizes(), at::IntArrayRef({1, 2}));
  const auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
  EXPECT_NEAR(soft[0][1].item<double>(), (sigmoid(2.0) + sigmoid(-1.0)) / 2, 1e-12);
  EXPECT_NEAR(soft.sum().item<double>(), 1.0, 1e-12);
  const at::Tensor each = probabilities(scores, Loss::binary_cross_entropy);
  EXPECT_NEAR(each[0][0].item<double>(), 0.5, 1e-12);
  EXPECT_NEAR(each[0][1].item<double>(), (sigmoid(2.0) + sigmoid(-1.0)) / 2, 1e-12);
}

}  // namespace
}  // namespace pgt::train
