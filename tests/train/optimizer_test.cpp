#include "train/optimizer.hpp"

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
  for (nn::Parameter& parameter : parameters) parameter.tensor.set_requires_grad(parameter.trained());
  return parameters;
}

void set_gradients(const std::vector<nn::Parameter>& parameters, std::uint64_t seed) {
  torch::manual_seed(seed);
  for (const nn::Parameter& parameter : parameters) {
    if (parameter.trained()) parameter.tensor.mutable_grad() = torch::randn_like(parameter.tensor.detach());
  }
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

/// Three updates by ours and by LibTorch's SGD.
void compare_with_libtorch(const config::TrainOptions& ours) {
  const std::vector<nn::Parameter> mine = make_parameters();
  const std::vector<nn::Parameter> theirs = make_parameters();
  Optimizer optimizer(mine, ours);

  const auto group = [&](bool norm, double decay) {
    std::vector<at::Tensor> tensors;
    for (const nn::Parameter& parameter : theirs) {
      if (parameter.trained() && (parameter.role == sdk::Role::norm) == norm) tensors.push_back(parameter.tensor);
    }
    return torch::optim::OptimizerParamGroup(
        tensors,
        std::make_unique<torch::optim::SGDOptions>(
            torch::optim::SGDOptions(0.1).momentum(ours.momentum).nesterov(ours.nesterov).weight_decay(decay)));
  };
  torch::optim::SGD reference({group(false, ours.weight_decay), group(true, ours.norm_weight_decay)},
                              torch::optim::SGDOptions(0.1));
  for (std::uint64_t update = 0; update < 3; ++update) {
    set_gradients(mine, 10 + update);
    set_gradients(theirs, 10 + update);
    optimizer.step(0.1, 1.0);
    reference.step();
    EXPECT_TRUE(same_weights(mine, theirs)) << "update " << update;
  }
}

TEST(Optimizer, UpdatesAsLibTorchDoesWithNesterov) { compare_with_libtorch(options()); }

TEST(Optimizer, UpdatesAsLibTorchDoesWithPlainMomentum) {
  config::TrainOptions plain = options();
  plain.nesterov = false;
  compare_with_libtorch(plain);
}

TEST(Optimizer, UpdatesAsLibTorchDoesWithoutMomentum) {
  config::TrainOptions none = options();
  none.momentum = 0;
  none.nesterov = false;
  compare_with_libtorch(none);
}

TEST(Optimizer, ClipsTheWholeGradientAfterScaling) {
  config::TrainOptions clipped = options();
  clipped.momentum = 0;
  clipped.nesterov = false;
  clipped.weight_decay = 0;
  clipped.clip_gradient = 2.5;
  std::vector<nn::Parameter> parameters{{"a", torch::zeros({1}), sdk::Role::weight},
                                        {"b", torch::zeros({1}), sdk::Role::weight}};
  for (nn::Parameter& parameter : parameters) parameter.tensor.set_requires_grad(true);
  parameters[0].tensor.mutable_grad() = torch::full({1}, 6.0F);
  parameters[1].tensor.mutable_grad() = torch::full({1}, 8.0F);
  Optimizer optimizer(parameters, clipped);

  EXPECT_DOUBLE_EQ(optimizer.step(1.0, 0.5), 5.0);  // (6, 8) halved, before clipping
  EXPECT_NEAR(parameters[0].tensor.item<double>(), -1.5, 1e-5);
  EXPECT_NEAR(parameters[1].tensor.item<double>(), -2.0, 1e-5);

  parameters[0].tensor.mutable_grad() = torch::full({1}, 1.0F);  // below the limit: as it is
  optimizer.step(1.0, 1.0);
  EXPECT_NEAR(parameters[0].tensor.item<double>(), -2.5, 1e-5);
}

TEST(Optimizer, ClearsGradientsAndLeavesParametersWithoutOneAlone) {
  const std::vector<nn::Parameter> parameters = make_parameters();
  Optimizer optimizer(parameters, options());
  set_gradients(parameters, 5);
  optimizer.step(0.1, 1.0);
  for (const nn::Parameter& parameter : parameters) EXPECT_FALSE(parameter.tensor.grad().defined()) << parameter.name;

  const at::Tensor bias = parameters[1].tensor.detach().clone();
  const at::Tensor weight = parameters[0].tensor.detach().clone();
  set_gradients(parameters, 6);
  parameters[1].tensor.mutable_grad().reset();
  optimizer.step(0.1, 1.0);
  EXPECT_TRUE(torch::equal(parameters[1].tensor, bias)) << "no weight decay, no momentum without a gradient";
  EXPECT_FALSE(torch::equal(parameters[0].tensor, weight));
  EXPECT_EQ(optimizer.step(0.1, 1.0), 0.0) << "no gradients at all";
}

TEST(Optimizer, GoesOnBitForBitFromItsState) {
  const std::vector<nn::Parameter> straight = make_parameters();
  Optimizer unbroken(straight, options());
  set_gradients(straight, 1);
  unbroken.step(0.1, 1.0);
  set_gradients(straight, 2);

  // In the middle of a clip: momentum and gathered gradients.
  std::map<std::string, at::Tensor> state;
  for (const auto& [name, tensor] : unbroken.state()) state.emplace(name, tensor.clone());
  EXPECT_TRUE(state.contains("momentum/conv.weight"));
  EXPECT_TRUE(state.contains("gradient/head.weight"));
  EXPECT_FALSE(state.contains("momentum/norm.running_mean"));
  const std::vector<nn::Parameter> resumed = make_parameters(99);
  for (std::size_t i = 0; i < resumed.size(); ++i) {
    const at::NoGradGuard no_gradient;
    resumed[i].tensor.copy_(straight[i].tensor);
  }
  Optimizer other(resumed, options());
  other.load_state(state);

  EXPECT_EQ(unbroken.step(0.05, 0.25), other.step(0.05, 0.25));
  set_gradients(straight, 3);
  set_gradients(resumed, 3);
  EXPECT_EQ(unbroken.step(0.05, 0.25), other.step(0.05, 0.25));
  EXPECT_TRUE(same_weights(straight, resumed));
}

TEST(Optimizer, LoadsAnEmptyStateAsAFreshStart) {
  const std::vector<nn::Parameter> parameters = make_parameters();
  Optimizer optimizer(parameters, options());
  set_gradients(parameters, 1);
  optimizer.step(0.1, 1.0);
  set_gradients(parameters, 2);
  optimizer.load_state({});
  EXPECT_TRUE(optimizer.state().empty());
}

TEST(Optimizer, RefusesStateOfAnotherShapeByName) {
  Optimizer optimizer(make_parameters(), options());
  try {
    optimizer.load_state({{"momentum/conv.bias", torch::zeros({5})}});
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::plugin);
    EXPECT_NE(std::string(error.what()).find("momentum/conv.bias"), std::string::npos);
  }
}

TEST(Optimizer, StopsWithAdviceWhenTheGradientIsNotFinite) {
  const std::vector<nn::Parameter> parameters = make_parameters();
  const at::Tensor before = parameters[0].tensor.detach().clone();
  Optimizer optimizer(parameters, options());
  set_gradients(parameters, 1);
  parameters[4].tensor.mutable_grad()[0][0] = std::nan("");
  try {
    optimizer.step(0.1, 1.0);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::diverged);
    EXPECT_NE(std::string(error.what()).find("train.learning_rate"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("train.clip_gradient"), std::string::npos);
  }
  EXPECT_TRUE(torch::equal(parameters[0].tensor, before)) << "the weights are as they were";
}

}  // namespace
}  // namespace pgt::train
