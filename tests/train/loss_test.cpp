#include "train/loss.hpp"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>

#include "base/error.hpp"

namespace pgt::train {
namespace {

using config::Loss;

TEST(Loss, FollowsTheTaskUnlessTheRunFileNamesOne) {
  EXPECT_EQ(resolve_loss(Loss::automatic, sdk::Task::single_label), Loss::cross_entropy);
  EXPECT_EQ(resolve_loss(Loss::automatic, sdk::Task::multi_label), Loss::binary_cross_entropy);
  EXPECT_EQ(resolve_loss(Loss::binary_cross_entropy, sdk::Task::single_label), Loss::binary_cross_entropy);
  EXPECT_EQ(resolve_loss(Loss::automatic, sdk::Task::boxes), Loss::binary_cross_entropy);
  for (const sdk::Task task : {sdk::Task::multi_label, sdk::Task::boxes}) {
    EXPECT_THROW(resolve_loss(Loss::cross_entropy, task), Error);
  }
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
