#include "train/average.hpp"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <algorithm>

#include "train/loss_scale.hpp"

namespace pgt::train {
namespace {

std::vector<nn::Parameter> one_weight(double value) {
  std::vector<nn::Parameter> parameters{{"w", torch::full({1}, value, torch::kDouble), sdk::Role::weight}};
  parameters[0].tensor.set_requires_grad(true);
  return parameters;
}

void set(const std::vector<nn::Parameter>& parameters, double value) {
  const at::NoGradGuard no_gradient;
  parameters[0].tensor.fill_(value);
}

double value_of(const at::Tensor& tensor) { return tensor.item<double>(); }

TEST(Average, FollowsItsFormula) {
  const std::vector<nn::Parameter> parameters = one_weight(5);
  Average average(parameters, 0.9);
  double expected = 5;
  for (int t = 1; t <= 200; ++t) {
    const double weight = 1.0 / t + t % 7;
    set(parameters, weight);
    average.update(t);
    const double decay = std::min(0.9, (1.0 + t) / (10.0 + t));
    expected = decay * expected + (1 - decay) * weight;
    const AverageInUse averaged(average);
    ASSERT_NEAR(value_of(parameters[0].tensor), expected, 1e-12) << "after update " << t;
  }
}

TEST(Average, IsInTheNetworkOnlyWhileItIsUsed) {
  const std::vector<nn::Parameter> parameters = one_weight(1);
  Average average(parameters, 0.5);
  set(parameters, 12);
  average.update(1);  // decay 2/11
  {
    const AverageInUse averaged(average);
    EXPECT_DOUBLE_EQ(value_of(parameters[0].tensor), 1 * 2.0 / 11 + 12 * 9.0 / 11);
  }
  EXPECT_EQ(value_of(parameters[0].tensor), 12);
}

TEST(Average, ReadsBackAsItWas) {
  const std::vector<nn::Parameter> parameters = one_weight(1);
  Average average(parameters, 0.5);
  set(parameters, 12);
  average.update(1);
  Checkpoint state;
  average.save(state);
  ASSERT_TRUE(state.tensors.contains("average/w"));
  const std::vector<nn::Parameter> others = one_weight(12);
  Average other(others, 0.5);
  other.load(state);
  Checkpoint again;
  other.save(again);
  EXPECT_TRUE(torch::equal(again.tensors.at("average/w"), state.tensors.at("average/w")));

  other.load({});
  const AverageInUse averaged(other);
  EXPECT_EQ(value_of(others[0].tensor), 12) << "a checkpoint without one: it starts from the weights";
}

TEST(Average, IsNotThereWithoutADecay) {
  const std::vector<nn::Parameter> parameters = one_weight(1);
  Average none(parameters, 0);
  set(parameters, 2);
  none.update(1);
  const AverageInUse averaged(none);
  EXPECT_EQ(value_of(parameters[0].tensor), 2);
  Checkpoint state;
  none.save(state);
  EXPECT_TRUE(state.tensors.empty());
}

TEST(Average, OfACheckpointTakesBuffersFromTheNetwork) {
  std::map<std::string, at::Tensor> checkpoint{{"model/w", torch::full({1}, 1.0)},
                                               {"model/norm.running_mean", torch::full({1}, 2.0)},
                                               {"momentum/w", torch::full({1}, 3.0)}};
  EXPECT_TRUE(averaged_weights(checkpoint).empty());
  checkpoint.emplace("average/w", torch::full({1}, 4.0));
  const auto weights = averaged_weights(checkpoint);
  ASSERT_EQ(weights.size(), 2U);
  EXPECT_EQ(weights.at("w").item<float>(), 4);
  EXPECT_EQ(weights.at("norm.running_mean").item<float>(), 2);
}

TEST(LossScale, HalvesAtAnOverflowAndDoublesAfter2000Updates) {
  LossScale scale(true);
  EXPECT_EQ(scale.factor(), 65536);
  scale.overflowed();
  EXPECT_EQ(scale.factor(), 32768);
  for (int i = 0; i < 1999; ++i) scale.succeeded();
  EXPECT_EQ(scale.factor(), 32768);
  Checkpoint state;
  scale.save(state);
  LossScale resumed(true);
  resumed.load(state);
  resumed.succeeded();
  EXPECT_EQ(resumed.factor(), 65536) << "the 1999 are not forgotten";
  for (int i = 0; i < 16; ++i) {
    EXPECT_TRUE(resumed.can_shrink());
    resumed.overflowed();
  }
  EXPECT_EQ(resumed.factor(), 1);
  EXPECT_FALSE(resumed.can_shrink());
  resumed.load({});
  EXPECT_EQ(resumed.factor(), 65536) << "a checkpoint of a run without one";
}

TEST(LossScale, IsOneWhereNoneIsWanted) {
  LossScale none(false);
  none.overflowed();
  none.succeeded();
  EXPECT_EQ(none.factor(), 1);
  Checkpoint state;
  none.save(state);
  EXPECT_EQ(state.progress.learner.loss_scale, 0);
}

}  // namespace
}  // namespace pgt::train
