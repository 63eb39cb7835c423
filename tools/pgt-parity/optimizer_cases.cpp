#include "optimizer_cases.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <pgt/sdk/module_backbone.hpp>

#include "base/error.hpp"
#include "fill.hpp"
#include "network_reading.hpp"
#include "train/learning_rate.hpp"
#include "train/update_rule.hpp"

namespace pgt::parity {
namespace {

using nlohmann::json;

/// The optimizer that a case is of: its note names the class, otherwise its id begins with it.
config::Optimizer optimizer_of(const json& golden) {
  const std::string note = golden.value("note", ""), id = golden.at("id");
  const auto is = [&](const std::string& type, const std::string& word) {
    const std::string named = note.substr(0, note.find_first_of(" (,;"));
    return named.find('.') != std::string::npos ? named.ends_with("." + type) : id.substr(0, id.find('_')) == word;
  };
  if (is("SGD", "sgd")) return config::Optimizer::sgd;
  if (is("Adam", "adam")) return config::Optimizer::adam;
  if (is("AdamW", "adamw")) return config::Optimizer::adamw;
  if (is("Lars", "lars")) return config::Optimizer::lars;
  throw Error(ExitCode::data, "no optimizer \"" + (note.empty() ? id : note) + "\"");
}

/// Throws for a value that would ask for something that there is no option for.
void require_equal(const json& object, const char* key, const json& value) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null() || *found == value) return;
  throw Error(ExitCode::data, std::string(key) + " = " + found->dump() + ", for which there is no option");
}

config::TrainOptions options_of(const json& golden) {
  config::TrainOptions options;
  options.optimizer = optimizer_of(golden);
  const json& from = golden.at("hyperparameters");
  require_known(from, "the optimizer",
                {"always_adapt", "amsgrad", "betas", "dampening", "eps", "lr", "maximize", "momentum", "nesterov",
                 "norm_weight_decay", "trust_clip", "trust_coefficient", "weight_decay"});
  for (const char* key : {"always_adapt", "amsgrad", "maximize", "trust_clip"}) require_equal(from, key, false);
  require_equal(from, "dampening", 0);
  options.learning_rate = from.at("lr");
  options.momentum = from.value("momentum", 0.0);
  options.nesterov = from.value("nesterov", false);
  if (from.contains("betas")) {
    options.beta1 = from["betas"].at(0);
    options.beta2 = from["betas"].at(1);
  }
  options.epsilon = from.value("eps", options.epsilon);
  options.trust_coefficient = from.value("trust_coefficient", options.trust_coefficient);
  options.weight_decay = from.at("weight_decay");
  options.norm_weight_decay = from.at("norm_weight_decay");
  return options;
}

/// The next values of a fill, unscaled.
at::Tensor values_of(Fill& fill, at::IntArrayRef shape) {
  at::Tensor tensor = torch::empty(shape, torch::kDouble);
  double* values = tensor.data_ptr<double>();
  for (std::int64_t i = 0; i < tensor.numel(); ++i) values[i] = fill.next();
  return tensor;
}

std::vector<nn::Parameter> parameters_of(const json& golden) {
  std::vector<nn::Parameter> parameters;
  for (const auto& [name, shape] : golden.at("parameters").items()) {
    Fill fill(name);
    at::Tensor tensor = values_of(fill, shape.get<std::vector<std::int64_t>>());
    parameters.push_back({name, tensor.set_requires_grad(true), sdk::role_by_name(name, tensor)});
  }
  return parameters;
}

/// The values of a list of lists, in their order.
void flatten(const json& nested, std::vector<double>& values) {
  if (!nested.is_array()) return values.push_back(nested.get<double>());
  for (const json& inner : nested) flatten(inner, values);
}

double difference(const at::Tensor& actual, const json& expected) {
  std::vector<double> values;
  flatten(expected, values);
  if (actual.numel() != std::ssize(values)) return INFINITY;
  const at::Tensor goal = torch::tensor(values, torch::kDouble);
  const double most = ((actual.detach().flatten() - goal).abs() / goal.abs().clamp_min(1)).max().item<double>();
  return std::isnan(most) ? INFINITY : most;
}

/// The rates that a table is of, one iteration an epoch.
config::TrainOptions rates_of(const json& table) {
  config::TrainOptions options;
  options.epochs = table.at("steps");
  options.learning_rate = table.at("lr");
  const std::string kind = table.at("kind");
  require_known(table, "the table",
                {"anneal_strategy", "div_factor", "end_factor", "expect", "final_div_factor", "gamma", "kind", "lr",
                 "note", "pct_start", "power", "start_factor", "steps", "three_phase"});
  if (kind == "one_cycle") {
    require_equal(table, "anneal_strategy", "cos");
    require_equal(table, "three_phase", false);
    options.policy = config::LearningRatePolicy::one_cycle;
    options.pct_start = table.at("pct_start");
    options.div_factor = table.at("div_factor");
    options.final_div_factor = table.at("final_div_factor");
  } else if (kind == "poly") {
    options.policy = config::LearningRatePolicy::poly;
    options.power = table.at("power");
  } else if (kind == "linear") {
    require_equal(table, "start_factor", 1);
    options.policy = config::LearningRatePolicy::linear;
    options.min_learning_rate = options.learning_rate * table.at("end_factor").get<double>();
  } else if (kind == "exponential") {
    options.policy = config::LearningRatePolicy::exponential;
    options.gamma = table.at("gamma");
  } else {
    throw Error(ExitCode::data, "no policy \"" + kind + "\"");
  }
  return options;
}

}  // namespace

std::vector<Difference> compare_optimizer(const json& golden) {
  require_known(golden, "the case", {"expect_after_step", "hyperparameters", "id", "note", "parameters", "steps"});
  const config::TrainOptions options = options_of(golden);
  const std::vector<nn::Parameter> parameters = parameters_of(golden);
  const auto rule = train::make_update_rule(train::parameter_groups(parameters, options), options);
  std::map<std::string, Fill> noise;
  for (const nn::Parameter& parameter : parameters) noise.emplace(parameter.name, Fill("grad/" + parameter.name));

  Difference worst{"parameters_abs", 0, 1e-9, "", false};
  std::size_t compared = 0;
  const json& expected = golden.at("expect_after_step");
  for (std::int64_t step = 1; step <= golden.at("steps").get<std::int64_t>(); ++step) {
    for (const auto& [name, tensor, role] : parameters) {
      const at::Tensor drawn = values_of(noise.at(name), tensor.sizes());
      tensor.mutable_grad() = 0.5 * tensor.detach() + 0.3 * drawn;
    }
    rule->update(options.learning_rate);
    const auto after = expected.find(std::to_string(step));
    if (after == expected.end()) continue;
    ++compared;
    for (const auto& [name, tensor, role] : parameters) {
      const double found = difference(tensor, after->at(name));
      if (found > worst.value)
        worst = {worst.kind, found, worst.tolerance, name + " after step " + std::to_string(step), false};
    }
  }
  const double missed = static_cast<double>(expected.size() - compared);
  return {worst, {"steps_compared", missed, 0, "expect_after_step", true}};
}

std::vector<Difference> compare_learning_rates(const json& table) {
  const config::TrainOptions options = rates_of(table);
  const auto expected = table.at("expect").get<std::vector<double>>();
  Difference worst{"rate_rel", 0, 1e-10, "", false};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double rate = train::learning_rate(options, static_cast<double>(i), 1);
    const double apart = std::abs(rate - expected[i]), found = expected[i] == 0 ? apart : apart / std::abs(expected[i]);
    if (!(found <= worst.value)) worst = {worst.kind, found, worst.tolerance, "step " + std::to_string(i), false};
  }
  const auto steps = static_cast<std::size_t>(options.epochs);
  const double missed = static_cast<double>(steps > expected.size() ? steps - expected.size() : 0);
  return {worst, {"steps_compared", missed, 0, "expect", true}};
}

std::string table_id(const json& table) { return "learning_rate/" + table.at("kind").get<std::string>(); }

}  // namespace pgt::parity
