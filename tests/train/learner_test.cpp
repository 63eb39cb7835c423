#include "train/learner.hpp"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>

#include "base/error.hpp"

namespace pgt::train {
namespace {

/// A small network's parameters, the same for the same seed.
std::vector<nn::Parameter> make_parameters(std::uint64_t seed = 1) {
  torch::manual_seed(seed);
  std::vector<nn::Parameter> parameters{{"conv.weight", torch::randn({4, 3, 3}), sdk::Role::weight},
                                        {"conv.bias", torch::randn({4}), sdk::Role::bias},
                                        {"norm.weight", torch::randn({4}), sdk::Role::norm},
                                        {"norm.running_mean", torch::randn({4}), sdk::Role::buffer},
                                        {"head.weight", torch::randn({2, 4}), sdk::Role::head}};
  for (nn::Parameter& parameter : parameters) parameter.tensor.set_requires_grad(!parameter.is_buffer());
  return parameters;
}

/// A loss whose gradient at each trained parameter is drawn from the seed, but for the one to leave out.
void gather(Learner& learner, const std::vector<nn::Parameter>& parameters, std::uint64_t seed,
            const std::string& left_out = "") {
  torch::manual_seed(seed);
  at::Tensor loss = torch::zeros({});
  for (const nn::Parameter& parameter : parameters) {
    if (!parameter.trained()) continue;
    const at::Tensor gradient = torch::randn_like(parameter.tensor.detach());
    if (parameter.name != left_out) loss = loss + (parameter.tensor * gradient).sum();
  }
  learner.add(loss, 1);
  learner.back_propagate();
}

constexpr sdk::GradientScale sum = sdk::GradientScale::sum, mean = sdk::GradientScale::mean;

Learner make_learner(const std::vector<nn::Parameter>& parameters, const config::TrainOptions& options) {
  return {parameters, make_update_rule(parameter_groups(parameters, options), options), options};
}

config::TrainOptions options() {
  config::TrainOptions options;
  options.momentum = 0.9;
  options.nesterov = true;
  options.weight_decay = 0.01;
  options.norm_weight_decay = 0.002;
  return options;
}

bool same_weights(const std::vector<nn::Parameter>& a, const std::vector<nn::Parameter>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!torch::equal(a[i].tensor, b[i].tensor)) return false;
  }
  return true;
}

TEST(Learner, WeightsWhoseSumOverflowsAreStillFinite) {
  config::TrainOptions plain;
  plain.momentum = 0;
  std::vector<nn::Parameter> parameters{{"a", torch::full({2}, 3e38), sdk::Role::weight}};
  parameters[0].tensor.set_requires_grad(true);
  Learner learner = make_learner(parameters, plain);
  learner.add(parameters[0].tensor.select(0, 0), 1);
  learner.back_propagate();
  EXPECT_EQ(learner.update(0.1, sum).value().skipped, "");
}

/// A run goes on from fp16 in another precision: what it gathers then has no scale, whatever was said before.
TEST(Learner, SaysThatThereIsNoLossScale) {
  const std::vector<nn::Parameter> parameters = make_parameters();
  Learner learner = make_learner(parameters, options());
  Checkpoint checkpoint;
  checkpoint.progress.learner.loss_scale = 65536;
  checkpoint.progress.learner.loss_scale_updates = 7;
  learner.save(checkpoint);
  EXPECT_EQ(checkpoint.progress.learner.loss_scale, 0);
  EXPECT_EQ(checkpoint.progress.learner.loss_scale_updates, 0);
}

TEST(Learner, KnowsWhatItHasGathered) {
  config::TrainOptions accumulating = options();
  accumulating.accumulate = 3;
  accumulating.batch_size = 1;
  const std::vector<nn::Parameter> parameters = make_parameters();
  Learner learner = make_learner(parameters, accumulating);
  EXPECT_EQ(learner.gathered_batches(), 0);
  gather(learner, parameters, 5);
  learner.end_batch(0.1, mean, false);
  EXPECT_EQ(learner.gathered_batches(), 1);
  learner.drop();
  EXPECT_EQ(learner.gathered_batches(), 0) << "nothing more can be lost";
}

TEST(Learner, ClipsTheWholeGradientAfterScaling) {
  config::TrainOptions clipped = options();
  clipped.momentum = 0;
  clipped.nesterov = false;
  clipped.weight_decay = 0;
  clipped.clip_gradient = 2.5;
  std::vector<nn::Parameter> parameters{{"a", torch::zeros({1}), sdk::Role::weight},
                                        {"b", torch::zeros({1}), sdk::Role::weight}};
  for (nn::Parameter& parameter : parameters) parameter.tensor.set_requires_grad(true);
  Learner learner = make_learner(parameters, clipped);
  const auto lose = [&](double a, double b) {
    learner.add((parameters[0].tensor * a + parameters[1].tensor * b).sum(), 1);
  };
  lose(6, 3);
  lose(0, 5);  // waits with it
  EXPECT_TRUE(learner.waits());
  learner.back_propagate();
  EXPECT_FALSE(learner.waits());
  EXPECT_DOUBLE_EQ(learner.update(1.0, mean).value().norm, 5.0);  // (6, 8) of two losses, before clipping
  EXPECT_NEAR(parameters[0].tensor.item<double>(), -1.5, 1e-5);
  EXPECT_NEAR(parameters[1].tensor.item<double>(), -2.0, 1e-5);

  lose(1, 0);  // below the limit: as it is
  learner.back_propagate();
  learner.update(1.0, sum);
  EXPECT_NEAR(parameters[0].tensor.item<double>(), -2.5, 1e-5);
}

TEST(Learner, WeighsALossAndTakesTheMeanByTheWeights) {
  std::vector<nn::Parameter> parameters{{"a", torch::zeros({1}), sdk::Role::weight}};
  parameters[0].tensor.set_requires_grad(true);
  config::TrainOptions plain;
  plain.momentum = 0;
  plain.nesterov = false;
  plain.weight_decay = 0;
  Learner learner = make_learner(parameters, plain);
  learner.add((parameters[0].tensor * 2).sum(), 3);
  learner.back_propagate();
  learner.add((parameters[0].tensor * 6).sum(), 1);
  learner.back_propagate();
  EXPECT_DOUBLE_EQ(learner.update(1.0, mean).value().norm, 3.0);  // (3·2 + 1·6) / 4
  EXPECT_NEAR(parameters[0].tensor.item<double>(), -3.0, 1e-6);
}

TEST(Learner, ClearsGradientsAndLeavesParametersWithoutOneAlone) {
  const std::vector<nn::Parameter> parameters = make_parameters();
  Learner learner = make_learner(parameters, options());
  gather(learner, parameters, 5);
  learner.update(0.1, sum);
  for (const nn::Parameter& parameter : parameters) EXPECT_FALSE(parameter.tensor.grad().defined()) << parameter.name;

  const at::Tensor bias = parameters[1].tensor.detach().clone();
  const at::Tensor weight = parameters[0].tensor.detach().clone();
  gather(learner, parameters, 6, "conv.bias");
  learner.update(0.1, sum);
  EXPECT_TRUE(torch::equal(parameters[1].tensor, bias)) << "no weight decay, no momentum without a gradient";
  EXPECT_FALSE(torch::equal(parameters[0].tensor, weight));
  EXPECT_FALSE(learner.update(0.1, sum).has_value()) << "nothing has been gathered";
}

TEST(Learner, ResumesBitForBitFromItsState) {
  const std::vector<nn::Parameter> straight = make_parameters();
  Learner unbroken = make_learner(straight, options());
  gather(unbroken, straight, 1);
  unbroken.update(0.1, sum);
  gather(unbroken, straight, 2);

  // In the middle of a clip: momentum and gathered gradients.
  Checkpoint state;
  unbroken.save(state);
  for (auto& [name, tensor] : state.tensors) tensor = tensor.clone();
  EXPECT_TRUE(state.tensors.contains("momentum/conv.weight"));
  EXPECT_TRUE(state.tensors.contains("gradient/head.weight"));
  EXPECT_FALSE(state.tensors.contains("momentum/norm.running_mean"));
  EXPECT_EQ(state.progress.learner.gathered.weight, 1);
  EXPECT_EQ(state.progress.learner.updates, 1);
  const std::vector<nn::Parameter> resumed = make_parameters(99);
  for (std::size_t i = 0; i < resumed.size(); ++i) {
    const at::NoGradGuard no_gradient;
    resumed[i].tensor.copy_(straight[i].tensor);
  }
  Learner other = make_learner(resumed, options());
  other.load(state);

  EXPECT_EQ(unbroken.update(0.05, mean)->norm, other.update(0.05, mean)->norm);
  gather(unbroken, straight, 3);
  gather(other, resumed, 3);
  EXPECT_EQ(unbroken.update(0.05, mean)->norm, other.update(0.05, mean)->norm);
  EXPECT_TRUE(same_weights(straight, resumed));
}

TEST(Learner, LoadsAnEmptyStateAsAFreshStart) {
  const std::vector<nn::Parameter> parameters = make_parameters();
  Learner learner = make_learner(parameters, options());
  gather(learner, parameters, 1);
  learner.update(0.1, sum);
  gather(learner, parameters, 2);
  learner.load({});
  Checkpoint state;
  learner.save(state);
  EXPECT_TRUE(state.tensors.empty());
  EXPECT_EQ(state.progress.learner.gathered.weight, 0);
}

TEST(Learner, RefusesStateOfAnotherShapeByName) {
  Learner learner = make_learner(make_parameters(), options());
  Checkpoint state;
  state.tensors.emplace("momentum/conv.bias", torch::zeros({5}));
  try {
    learner.load(state);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::plugin);
    EXPECT_NE(std::string(error.what()).find("momentum/conv.bias"), std::string::npos);
  }
}

}  // namespace
}  // namespace pgt::train
