#include "train/parameter_groups.hpp"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <map>

#include "base/error.hpp"
#include "train/parameters.hpp"

namespace pgt::train {
namespace {

/// Decay and rate of each parameter, by its name.
std::map<std::string, std::pair<double, double>> treatment_of(const std::vector<ParameterGroup>& groups) {
  std::map<std::string, std::pair<double, double>> treatment;
  for (const ParameterGroup& group : groups) {
    EXPECT_FALSE(group.parameters.empty());
    for (const nn::Parameter& parameter : group.parameters) {
      EXPECT_TRUE(treatment.emplace(parameter.name, std::pair(group.weight_decay, group.learning_rate)).second);
    }
  }
  return treatment;
}

/// Every name in a layer of its own choice.
struct Upside final : sdk::LayeredBackbone {
  std::int64_t layers() const override { return 3; }
  std::int64_t layer_of(std::string_view parameter) const override { return parameter.starts_with("conv") ? 2 : 0; }
};

TEST(ParameterGroups, DecayByRole) {
  config::OptimizerOptions options;
  options.weight_decay = 0.1;
  options.norm_weight_decay = 0.01;
  const auto groups = parameter_groups(small_parameters(1), options);
  EXPECT_EQ(groups.size(), 2U);
  const auto treatment = treatment_of(groups);
  EXPECT_EQ(treatment.size(), 4U) << "no buffer";
  EXPECT_EQ(treatment.at("conv.bias"), std::pair(0.1, 1.0));
  EXPECT_EQ(treatment.at("norm.weight"), std::pair(0.01, 1.0));
}

TEST(ParameterGroups, LearnLessTheDeeperTheyLie) {
  config::OptimizerOptions options;
  options.layer_decay = 0.5;
  options.head_learning_rate = 10;
  const auto by_name = treatment_of(parameter_groups(small_parameters(1), options));
  EXPECT_EQ(by_name.at("conv.weight").second, 0.25);
  EXPECT_EQ(by_name.at("conv.bias").second, 0.25);
  EXPECT_EQ(by_name.at("norm.weight").second, 0.5);
  EXPECT_EQ(by_name.at("head.weight").second, 10);
  const Upside upside;
  const auto said = treatment_of(parameter_groups(small_parameters(1), options, &upside));
  EXPECT_EQ(said.at("conv.weight").second, 1);
  EXPECT_EQ(said.at("head.weight").second, 2.5);
}

TEST(ParameterGroups, LeaveFrozenParametersOutAndCountTheirLayers) {
  std::vector<nn::Parameter> parameters = small_parameters(1);
  for (const std::size_t frozen : {2, 4}) parameters[frozen].tensor.set_requires_grad(false);
  config::OptimizerOptions options;
  options.layer_decay = 0.5;
  const auto treatment = treatment_of(parameter_groups(parameters, options));
  EXPECT_EQ(treatment.size(), 2U);
  EXPECT_EQ(treatment.at("conv.weight").second, 0.25);
}

TEST(ParameterGroups, RefuseToDecayASingleLayer) {
  std::vector<nn::Parameter> parameters{{"net.weight", torch::zeros({1}), sdk::Role::weight},
                                        {"net.bias", torch::zeros({1}), sdk::Role::bias}};
  for (nn::Parameter& parameter : parameters) parameter.tensor.set_requires_grad(true);
  config::OptimizerOptions options;
  EXPECT_EQ(parameter_groups(parameters, options).size(), 1U);
  options.layer_decay = 0.9;
  try {
    parameter_groups(parameters, options);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::config);
    EXPECT_NE(std::string(error.what()).find("train.layer_decay"), std::string::npos);
  }
}

}  // namespace
}  // namespace pgt::train
