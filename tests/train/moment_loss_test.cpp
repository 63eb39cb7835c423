#include "train/moment_loss.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>

namespace pgt::train {
namespace {

using config::Loss;
using testing::ElementsAre;

sdk::Target labelled(std::vector<std::int64_t> classes) { return {std::move(classes)}; }

sdk::Target unlabelled() {
  sdk::Target target;
  target.labelled = false;
  return target;
}

/// Two rows of three moments and two classes.
at::Tensor scores() {
  return torch::tensor({{{2.0, 0.0}, {0.0, 1.0}, {3.0, -1.0}}, {{0.5, 0.5}, {-2.0, 2.0}, {1.0, 0.0}}}, torch::kDouble)
      .set_requires_grad(true);
}

/// -log softmax(x)[k] of two scores.
double cross_entropy(double of_class, double other) { return std::log1p(std::exp(other - of_class)); }

TEST(MomentLoss, AddsUpLabelledMomentsByTheMomentsOfARow) {
  const MomentLoss loss =
      moment_loss(scores(), {labelled({0}), unlabelled(), labelled({1}), unlabelled(), labelled({1}), unlabelled()},
                  Criterion(Loss::cross_entropy, 2), 0);
  const double sum = cross_entropy(2, 0) + cross_entropy(-1, 3) + cross_entropy(2, -2);
  EXPECT_NEAR(loss.of_rows.item<double>(), sum / 3, 1e-12);
  EXPECT_NEAR(loss.mean, sum / 3, 1e-12);  // three are labelled
  EXPECT_EQ(loss.labelled, 3);
  EXPECT_THAT(loss.correct, ElementsAre(1, 1));
}

TEST(MomentLoss, GivesMomentsWithoutLabelsNoGradient) {
  const at::Tensor x = scores();
  moment_loss(x, {labelled({0}), unlabelled(), labelled({1}), unlabelled(), unlabelled(), unlabelled()},
              Criterion(Loss::cross_entropy, 2), 0.15)
      .of_rows.backward();
  const at::Tensor sizes = x.grad().abs().sum(2);
  EXPECT_GT(sizes[0][0].item<double>(), 0);
  EXPECT_EQ(sizes[0][1].item<double>(), 0);
  EXPECT_EQ(sizes[1].sum().item<double>(), 0);
}

TEST(MomentLoss, IsNothingWithoutLabels) {
  const at::Tensor x = scores();
  const MomentLoss loss =
      moment_loss(x, std::vector<sdk::Target>(6, unlabelled()), Criterion(Loss::cross_entropy, 2), 0.15);
  loss.of_rows.backward();
  EXPECT_EQ(loss.of_rows.item<double>(), 0);
  EXPECT_TRUE(std::isnan(loss.mean));
  EXPECT_EQ(x.grad().abs().sum().item<double>(), 0);
}

TEST(MomentLoss, OfSeveralLabelsIsTheMeanOverTheClasses) {
  const at::Tensor x = torch::tensor({{{2.0, -1.0}, {0.0, 1.0}}}, torch::kDouble);
  const MomentLoss loss = moment_loss(x, {labelled({}), labelled({0, 1})}, Criterion(Loss::binary_cross_entropy, 2), 0);
  const auto softplus = [](double value) { return std::log1p(std::exp(value)); };
  const double expected = (softplus(2) + softplus(-1) + softplus(0) + softplus(-1)) / 2;
  EXPECT_NEAR(loss.mean, expected / 2, 1e-12);
  EXPECT_NEAR(loss.of_rows.item<double>(), expected / 2, 1e-12);
}

/// As MS-TCN's code has it: mean of clamp((log p_t - log p_{t-1})², 0, 16) over classes, of each pair of moments.
TEST(MomentLoss, SmoothsNeighboursAsMsTcnDoes) {
  const at::Tensor x = torch::tensor({{{9.0, 0.0}, {0.0, 1.0}, {0.5, 0.5}}}, torch::kDouble).set_requires_grad(true);
  const std::vector<sdk::Target> targets{labelled({0}), labelled({1}), labelled({1})};
  const double plain = moment_loss(x, targets, Criterion(Loss::cross_entropy, 2), 0).of_rows.item<double>();
  const MomentLoss smooth = moment_loss(x, targets, Criterion(Loss::cross_entropy, 2), 0.15);
  const double p01 = -cross_entropy(9, 0), p02 = -cross_entropy(0, 9), p11 = -cross_entropy(0, 1),
               p12 = -cross_entropy(1, 0), p2 = -cross_entropy(0.5, 0.5);
  const auto squared = [](double later, double earlier) {
    return std::min(16.0, (later - earlier) * (later - earlier));
  };
  const double rough = (squared(p11, p01) + squared(p12, p02)) / 2 + (squared(p2, p11) + squared(p2, p12)) / 2;
  EXPECT_EQ(squared(p12, p02), 16) << "this pair is truncated";
  EXPECT_NEAR(smooth.of_rows.item<double>(), plain + 0.15 * rough / 3, 1e-12);
}

TEST(MomentLoss, SmoothsTowardsTheEarlierMomentAndOnlyWhereBothAreLabelled) {
  const at::Tensor x = torch::tensor({{{1.0, 0.0}, {0.0, 1.0}, {0.5, 0.0}}}, torch::kDouble).set_requires_grad(true);
  const std::vector<sdk::Target> targets{labelled({0}), labelled({1}), unlabelled()};
  const at::Tensor rough = moment_loss(x, targets, Criterion(Loss::cross_entropy, 2), 1).of_rows -
                           moment_loss(x, targets, Criterion(Loss::cross_entropy, 2), 0).of_rows;
  rough.backward();
  const at::Tensor sizes = x.grad().abs().sum(2);
  EXPECT_NEAR(sizes[0][0].item<double>(), 0, 1e-12);
  EXPECT_GT(sizes[0][1].item<double>(), 0.01);
  EXPECT_NEAR(sizes[0][2].item<double>(), 0, 1e-12);
}

TEST(MomentLoss, CountsAClassAsMuchAsItWeighs) {
  const at::Tensor x = torch::tensor({{{2.0, 0.0}, {0.0, 1.0}}}, torch::kDouble);
  const Criterion criterion(Loss::cross_entropy, 2, 0, {1, 3});
  const MomentLoss loss = moment_loss(x, {labelled({0}), labelled({1})}, criterion, 0);
  const double sum = cross_entropy(2, 0) + 3 * cross_entropy(1, 0);
  EXPECT_NEAR(loss.of_rows.item<double>(), sum / 2, 1e-12);
  EXPECT_NEAR(loss.mean, sum / 4, 1e-12);
}

}  // namespace
}  // namespace pgt::train
