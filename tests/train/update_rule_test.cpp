// All update rules. That their mathematics are torch.optim's and timm's over 100 updates, `pgt-host parity
// tests/golden/optimizers.json` shows.
#include "train/update_rule.hpp"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>

#include "base/error.hpp"
#include "train/parameters.hpp"

namespace pgt::train {
namespace {

using Parameters = std::vector<nn::Parameter>;

struct Kind {
  const char* name;
  config::Optimizer optimizer;
  double momentum;
  std::int64_t tensors;  ///< that are kept of each parameter, as large as it is
  std::int64_t counts;   ///< single numbers
};

config::OptimizerOptions options_of(const Kind& kind) {
  config::OptimizerOptions options;
  options.optimizer = kind.optimizer;
  options.momentum = kind.momentum;
  options.nesterov = kind.momentum > 0;
  options.weight_decay = 0.01;
  options.norm_weight_decay = 0.002;
  options.trust_coefficient = 0.02;
  return options;
}

std::unique_ptr<UpdateRule> rule_for(const Parameters& parameters, const config::OptimizerOptions& options) {
  return make_update_rule(parameter_groups(parameters, options), options);
}

void copy_weights(const Parameters& from, const Parameters& to) {
  const at::NoGradGuard no_gradient;
  for (std::size_t i = 0; i < to.size(); ++i) to[i].tensor.copy_(from[i].tensor);
}

void expect_same_weights(const Parameters& a, const Parameters& b) {
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_TRUE(torch::equal(a[i].tensor, b[i].tensor)) << a[i].name;
}

class UpdateRules : public ::testing::TestWithParam<Kind> {
 protected:
  config::OptimizerOptions options_ = options_of(GetParam());
};

TEST_P(UpdateRules, ResumeBitForBit) {
  const Parameters straight = small_parameters(1), resumed = small_parameters(2);
  const auto rule = rule_for(straight, options_);
  for (std::uint64_t update = 0; update < 3; ++update) {
    draw_gradients(straight, update, update == 0 ? "conv.bias" : "");  // updates are counted for each
    rule->update(0.1);
  }
  Checkpoint state;
  rule->save(state);
  for (auto& [name, tensor] : state.tensors) tensor = tensor.clone();
  copy_weights(straight, resumed);
  const auto other = rule_for(resumed, options_);
  other->load(state);
  for (std::uint64_t update = 3; update < 6; ++update) {
    for (const Parameters* parameters : {&straight, &resumed}) draw_gradients(*parameters, update);
    rule->update(0.05);
    other->update(0.05);
  }
  expect_same_weights(straight, resumed);
}

TEST_P(UpdateRules, SayWhatTheirStateTakes) {
  const Parameters parameters = small_parameters(1);
  const auto rule = rule_for(parameters, options_);
  EXPECT_EQ(rule->state_bytes(), 4 * (GetParam().tensors * (36 + 4 + 4 + 8) + GetParam().counts * 4));
  draw_gradients(parameters, 1);
  rule->update(0.1);
  Checkpoint state;
  rule->save(state);
  std::int64_t bytes = 0;
  for (const auto& [name, tensor] : state.tensors) bytes += static_cast<std::int64_t>(tensor.nbytes());
  EXPECT_EQ(rule->state_bytes(), bytes);
}

TEST_P(UpdateRules, LeaveAParameterWithoutAGradientAlone) {
  const Parameters parameters = small_parameters(1);
  const auto rule = rule_for(parameters, options_);
  draw_gradients(parameters, 1);
  rule->update(0.1);
  const at::Tensor bias = parameters[1].tensor.detach().clone(), weight = parameters[0].tensor.detach().clone();
  draw_gradients(parameters, 2, "conv.bias");
  rule->update(0.1);
  EXPECT_TRUE(torch::equal(parameters[1].tensor, bias)) << "no decay, no momentum";
  EXPECT_FALSE(torch::equal(parameters[0].tensor, weight));
}

/// The same values, but the first dimension and the last are swapped in memory.
at::Tensor turned(const at::Tensor& values) { return values.detach().transpose(0, 2).contiguous().transpose(0, 2); }

/// Updates both three times with the same gradients; between them `change` may do something to the second.
void update_both(const Parameters& a, const Parameters& b, const config::OptimizerOptions& options, auto change) {
  const auto rule = rule_for(a, options), other = rule_for(b, options);
  for (std::uint64_t update = 0; update < 3; ++update) {
    draw_gradients(a, update);
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (a[i].trained()) b[i].tensor.mutable_grad() = a[i].tensor.grad().clone();
    }
    rule->update(0.1);
    other->update(0.1);
    change();
  }
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_TRUE(b[i].tensor.allclose(a[i].tensor, 1e-5, 1e-6)) << a[i].name;
  }
}

TEST_P(UpdateRules, DoNotDependOnHowAParameterLiesInMemory) {
  Parameters dense = small_parameters(1), other = small_parameters(1);
  other[0].tensor = turned(other[0].tensor).set_requires_grad(true);
  ASSERT_FALSE(other[0].tensor.is_contiguous());
  update_both(dense, other, options_, [] {});
}

TEST_P(UpdateRules, FollowAParameterThatIsLaidOutAnew) {
  Parameters dense = small_parameters(1), other = small_parameters(1);
  const at::Tensor& weight = other[0].tensor;
  update_both(dense, other, options_,
              [&] { weight.set_data(weight.is_contiguous() ? turned(weight) : weight.detach().contiguous()); });
}

TEST_P(UpdateRules, TakeAGradientWhoseStridesDifferWhereThereIsOnePlace) {
  const auto pixel = [] {
    torch::manual_seed(4);
    return Parameters{{"conv.weight", torch::randn({4, 3, 1, 1, 1}).set_requires_grad(true), sdk::Role::weight}};
  };
  const Parameters straight = pixel(), other = pixel();
  const at::Tensor gradient = torch::randn({4, 3, 1, 1, 1});
  straight[0].tensor.mutable_grad() = gradient;
  other[0].tensor.mutable_grad() = gradient.clone().as_strided({4, 3, 1, 1, 1}, {3, 1, 3, 3, 3});
  rule_for(straight, options_)->update(0.1);
  rule_for(other, options_)->update(0.1);
  expect_same_weights(straight, other);
}

TEST_P(UpdateRules, UpdateAGroupAtItsOwnRate) {
  const Parameters all = small_parameters(1), half = small_parameters(1);
  config::OptimizerOptions slow_head = options_;
  slow_head.head_learning_rate = 0.5;
  const auto rule = rule_for(all, options_), other = rule_for(half, slow_head);
  const at::Tensor before = all[4].tensor.detach().clone();
  for (const Parameters* parameters : {&all, &half}) draw_gradients(*parameters, 1);
  rule->update(0.1);
  other->update(0.1);
  EXPECT_TRUE((2 * (half[4].tensor - before)).allclose(all[4].tensor - before, 1e-4, 1e-6));
  EXPECT_TRUE(torch::equal(all[0].tensor, half[0].tensor));
}

TEST_P(UpdateRules, RefuseStateOfAnotherShapeByName) {
  if (GetParam().tensors == 0) return;
  const Parameters parameters = small_parameters(1);
  const auto rule = rule_for(parameters, options_);
  draw_gradients(parameters, 1);
  rule->update(0.1);
  Checkpoint state;
  rule->save(state);
  const std::string name = state.tensors.begin()->first;
  state.tensors.begin()->second = torch::zeros({5, 5});
  try {
    rule->load(state);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::plugin);
    EXPECT_NE(std::string(error.what()).find('"' + name + '"'), std::string::npos) << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(All, UpdateRules,
                         ::testing::Values(Kind{"sgd", config::Optimizer::sgd, 0.9, 1, 0},
                                           Kind{"plain", config::Optimizer::sgd, 0, 0, 0},
                                           Kind{"adam", config::Optimizer::adam, 0.9, 2, 1},
                                           Kind{"adamw", config::Optimizer::adamw, 0.9, 2, 1},
                                           Kind{"lars", config::Optimizer::lars, 0.9, 1, 0}),
                         [](const auto& info) { return info.param.name; });

/// What a checkpoint of version 0.1 holds: the momentum of those that have been updated.
TEST(Sgd, ResumesFromAnOldCheckpoint) {
  const Parameters straight = small_parameters(1), resumed = small_parameters(1);
  const config::OptimizerOptions options = options_of({"sgd", config::Optimizer::sgd, 0.9, 1, 0});
  const auto rule = rule_for(straight, options), other = rule_for(resumed, options);
  draw_gradients(straight, 1);
  Checkpoint state;
  for (const nn::Parameter& parameter : straight) {
    if (!parameter.trained()) continue;
    const double decay = parameter.role == sdk::Role::norm ? 0.002 : 0.01;
    state.tensors["momentum/" + parameter.name] = (parameter.tensor.grad() + decay * parameter.tensor.detach()).clone();
  }
  rule->update(0.1);
  copy_weights(straight, resumed);
  other->load(state);
  for (const Parameters* parameters : {&straight, &resumed}) draw_gradients(*parameters, 2);
  rule->update(0.1);
  other->update(0.1);
  for (std::size_t i = 0; i < straight.size(); ++i) {
    EXPECT_TRUE(resumed[i].tensor.allclose(straight[i].tensor, 1e-6, 1e-7)) << straight[i].name;
  }
}

TEST(Adam, BeginsAnewWhereACheckpointHasAnotherRulesState) {
  const Parameters parameters = small_parameters(1), fresh = small_parameters(1);
  const config::OptimizerOptions options = options_of({"adam", config::Optimizer::adam, 0, 2, 1});
  const auto rule = rule_for(parameters, options), other = rule_for(fresh, options);
  Checkpoint state;
  state.tensors["momentum/conv.bias"] = torch::ones({4});
  state.tensors["mean/conv.bias"] = torch::ones({4});
  rule->load(state);
  for (const Parameters* each : {&parameters, &fresh}) draw_gradients(*each, 1);
  rule->update(0.1);
  other->update(0.1);
  expect_same_weights(parameters, fresh);
}

/// The first update: m = (1 − β1)·g and v = (1 − β2)·g², both corrected to g and g².
TEST(AdamW, DecaysApartFromTheGradient) {
  std::vector<nn::Parameter> parameters{{"w", torch::tensor({2.0}, torch::kDouble), sdk::Role::weight}};
  parameters[0].tensor.set_requires_grad(true);
  config::OptimizerOptions options = options_of({"adamw", config::Optimizer::adamw, 0, 2, 1});
  options.weight_decay = 0.5;
  options.epsilon = 0;
  const auto rule = rule_for(parameters, options);
  parameters[0].tensor.mutable_grad() = torch::tensor({-3.0}, torch::kDouble);
  rule->update(0.1);
  EXPECT_NEAR(parameters[0].tensor.item<double>(), 2.0 * (1 - 0.1 * 0.5) + 0.1, 1e-12);
}

TEST(Lars, UpdatesATensorOfZerosAsSgdDoes) {
  std::vector<nn::Parameter> parameters{{"w", torch::zeros({2}), sdk::Role::weight},
                                        {"v", torch::full({2}, 3.0), sdk::Role::weight}};
  for (nn::Parameter& parameter : parameters) parameter.tensor.set_requires_grad(true);
  config::OptimizerOptions options = options_of({"lars", config::Optimizer::lars, 0, 0, 0});
  const auto rule = rule_for(parameters, options);
  for (const nn::Parameter& parameter : parameters) parameter.tensor.mutable_grad() = torch::full({2}, 2.0);
  rule->update(0.1);
  EXPECT_TRUE(parameters[0].tensor.allclose(torch::full({2}, -0.2)));
  // g + λ·w = 2.03; η·c·‖w‖ / (‖g‖ + λ·‖w‖) = 0.1·0.02·3 / 2.03
  EXPECT_TRUE(parameters[1].tensor.allclose(torch::full({2}, 3.0 - 0.006), 0, 1e-6));
}

TEST(UpdateRule, RefusesAParameterWithGapsByName) {
  std::vector<nn::Parameter> parameters{{"half", torch::zeros({4, 4}).slice(1, 0, 2), sdk::Role::weight}};
  parameters[0].tensor.set_requires_grad(true);
  try {
    rule_for(parameters, {});
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("parameter half"), std::string::npos);
  }
}

}  // namespace
}  // namespace pgt::train
