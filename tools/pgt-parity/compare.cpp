#include "compare.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace pgt::parity {
namespace {

using nlohmann::json;

constexpr double infinite = std::numeric_limits<double>::infinity();

at::Tensor tensor_of(const json& nested) {
  std::vector<double> values;
  const std::function<void(const json&)> walk = [&](const json& part) {
    if (!part.is_array()) return values.push_back(part.get<double>());
    for (const json& inner : part) walk(inner);
  };
  walk(nested);
  return torch::tensor(values, torch::kDouble);
}

double largest_difference(const at::Tensor& actual, const at::Tensor& expected) {
  if (actual.numel() != expected.numel()) return infinite;
  return (actual.flatten() - expected).abs().max().item<double>();
}

double l2(const at::Tensor& x) { return x.norm().item<double>(); }
double l1(const at::Tensor& x) { return x.abs().sum().item<double>(); }
double total(const at::Tensor& x) { return x.sum().item<double>(); }

/// With fixed statistics float32 noise grows from the head towards the stem: the last layers can be held to more than
/// the case as a whole.
bool is_late(const std::string& parameter) { return parameter.starts_with("head.") || parameter.starts_with("s5."); }

class Comparison {
 public:
  Comparison(const Case& golden, Precision precision) : golden_(golden), precision_(precision) {}

  Precision precision() const { return precision_; }

  const json& expect() const {
    return golden_.source->at(precision_ == Precision::float64 ? "expect_float64" : "expect");
  }

  /// Iterations of a trajectory have float32 tolerances of their own.
  void begin_iteration(std::size_t iteration) { prefix_ = "iter" + std::to_string(iteration) + "_"; }

  /// `tight`: the tolerance in float64.
  void add(const std::string& kind, double tight, double value, const std::string& where) {
    const double tolerance = precision_ == Precision::float64 ? tight : loose(kind, where);
    if (std::isnan(value)) value = infinite;
    const auto found = std::find_if(found_.begin(), found_.end(), [&](const Difference& d) { return d.kind == kind; });
    if (found == found_.end()) {
      found_.push_back({kind, value, tolerance, where, false});
    } else if (value / tolerance > found->value / found->tolerance) {
      *found = {kind, value, tolerance, where, false};
    }
  }

  void add_count(const std::string& kind, std::size_t actual, std::size_t expected) {
    const double difference = std::abs(static_cast<double>(actual) - static_cast<double>(expected));
    found_.push_back({kind, difference, 0.0, "all", true});
  }

  std::vector<Difference> take() { return std::move(found_); }

 private:
  double loose(const std::string& kind, const std::string& where) const {
    const double own = golden_.source->at("suggested_float32_tolerance").at(prefix_ + kind).get<double>();
    const bool steady = kind.starts_with("gradient_") && !golden_.batch_statistics && is_late(where);
    return steady ? std::min(own, 1e-5) : own;
  }

  const Case& golden_;
  Precision precision_;
  std::string prefix_;
  std::vector<Difference> found_;
};

void compare_stage(Comparison& comparison, const StageFeatures::Map& stages, const std::string& stage,
                   std::size_t pathway, const json& expected, const std::string& step) {
  const std::string where = step + ", " + stage + " of pathway " + std::to_string(pathway);
  const auto shape = expected.at("shape").get<std::vector<std::int64_t>>();
  const auto found = stages.find({stage, pathway});
  // Channels after the stage's own are another pathway's.
  const at::Tensor actual = found == stages.end() ? at::Tensor() : found->second.slice(1, 0, shape.at(1));
  if (!actual.defined() || actual.sizes().vec() != shape) {
    return comparison.add("feature_l2_rel", 0, infinite, where);
  }
  const double length = expected.at("l2");
  const double root = std::sqrt(static_cast<double>(actual.numel()));
  const at::Tensor first = tensor_of(expected.at("first"));
  comparison.add("feature_l2_rel", 1e-9, std::abs(l2(actual) - length) / length, where);
  comparison.add("feature_sum_rel_to_l2_sqrt_n", 1e-9,
                 std::abs(total(actual) - expected.at("sum").get<double>()) / (length * root), where);
  comparison.add("feature_first_rel_to_rms", 1e-9,
                 largest_difference(actual.flatten().slice(0, 0, first.numel()), first) / (length / root), where);
}

void compare_evaluation(Comparison& comparison, const Outcome& outcome) {
  const json& expect = comparison.expect();
  comparison.add_count("steps", outcome.steps.size(), expect.at("per_step").size());
  for (std::size_t i = 0; i < outcome.steps.size(); ++i) {
    comparison.add("probability_abs", 1e-9,
                   largest_difference(outcome.steps[i].probabilities, tensor_of(expect.at("per_step").at(i))),
                   "step " + std::to_string(i));
  }
  const at::Tensor result = tensor_of(expect.at("result"));
  comparison.add("result_rel_to_max", 1e-9,
                 largest_difference(outcome.result, result) / result.abs().max().item<double>(), "result");

  const auto features = expect.find("stage_features_per_step");  // not in expect_float64
  if (features == expect.end()) return;
  for (std::size_t i = 0; i < outcome.steps.size(); ++i) {
    const Outcome::StepOutcome& step = outcome.steps[i];
    for (const auto& [stage, pathways] : features->at(i).items()) {
      const std::string where = "step " + std::to_string(i);
      if (stage == "projection") {
        comparison.add("logits_abs", 1e-9, largest_difference(step.scores, tensor_of(pathways.at(0).at("values"))),
                       where);
        continue;
      }
      for (std::size_t p = 0; p < pathways.size(); ++p) {
        compare_stage(comparison, step.stages, stage, p, pathways.at(p), where);
      }
    }
  }
}

/// l2, l1 and sum of a named tensor, as kinds that begin with `what`.
void compare_norms(Comparison& comparison, const std::string& what, double tight, const at::Tensor& actual,
                   const json& expected, const std::string& name) {
  const double length = expected.at("l2");
  const double size = expected.at("l1");
  comparison.add(what + "_l2_rel", tight, std::abs(l2(actual) - length) / length, name);
  comparison.add(what + "_l1_rel", tight, std::abs(l1(actual) - size) / size, name);
  comparison.add(what + "_sum_rel_to_l1", tight, std::abs(total(actual) - expected.at("sum").get<double>()) / size,
                 name);
}

void compare_named(Comparison& comparison, const std::string& what, double tight, const Tensors& actual,
                   const json& expected) {
  for (const auto& [name, norms] : expected.items()) {
    const auto found = actual.find(name);
    if (found == actual.end()) {
      comparison.add(what + "_l2_rel", tight, infinite, name);
    } else {
      compare_norms(comparison, what, tight, found->second, norms, name);
    }
  }
}

void compare_losses(Comparison& comparison, double tight, const std::vector<Outcome::StepOutcome>& steps,
                    const json& expect, const std::string& place) {
  comparison.add_count("steps", steps.size(), expect.at("losses").size());
  double mean = 0.0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const double loss = expect.at("losses").at(i);
    mean += steps[i].loss / static_cast<double>(steps.size());
    comparison.add("loss_rel", tight, std::abs(steps[i].loss - loss) / loss, place + "step " + std::to_string(i));
  }
  const double mean_loss = expect.at("mean_loss");
  comparison.add("loss_rel", tight, std::abs(mean - mean_loss) / mean_loss, place + "mean");
}

void compare_training(Comparison& comparison, const Outcome& outcome) {
  const json& expect = comparison.expect();
  compare_losses(comparison, 1e-9, outcome.steps, expect, "");
  for (std::size_t i = 0; i < outcome.steps.size(); ++i) {
    comparison.add("logits_abs", 1e-9,
                   largest_difference(outcome.steps[i].scores, tensor_of(expect.at("logits_per_step").at(i))),
                   "step " + std::to_string(i));
  }

  double squares = 0.0;
  for (const auto& [name, gradient] : outcome.gradients) squares += std::pow(l2(gradient), 2);
  const double length = expect.at("total_gradient_l2");
  comparison.add("total_gradient_l2_rel", 1e-8, std::abs(std::sqrt(squares) - length) / length, "all parameters");
  comparison.add_count("parameters_with_gradient", outcome.gradients.size(), expect.at("parameters_with_gradient"));
  compare_named(comparison, "gradient", 1e-8, outcome.gradients, expect.at("gradients"));
  if (const auto statistics = expect.find("running_stats_after"); statistics != expect.end()) {
    compare_named(comparison, "running_stats", 1e-9, outcome.statistics, *statistics);
  }
}

/// Rounding grows about tenfold with every update.
void compare_trajectory(Comparison& comparison, const Execution& execution) {
  const json& expect = comparison.expect();
  comparison.add_count("iterations", execution.iterations.size(), expect.at("iterations").size());
  for (std::size_t i = 0; i < execution.iterations.size(); ++i) {
    const Outcome& outcome = execution.iterations[i];
    const json& expected = expect.at("iterations").at(i);
    const std::string place = "iteration " + std::to_string(i) + ", ";
    comparison.begin_iteration(i);
    if (i == 0) compare_named(comparison, "parameters", 1e-12, execution.initial, expect.at("initial_parameters"));
    compare_losses(comparison, i == 0 ? 1e-8 : 1e-7, outcome.steps, expected, place);
    if (comparison.precision() == Precision::float64) {  // float32 has no tolerance for these
      comparison.add("logits_abs", 1e-7,
                     largest_difference(outcome.steps.back().scores, tensor_of(expected.at("last_logits"))), place);
    }
    compare_named(comparison, "parameters", 1e-7, outcome.parameters, expected.at("parameters_after"));
    compare_named(comparison, "running_stats", 1e-7, outcome.statistics, expected.at("running_stats_after"));
    for (const auto& [name, norms] : expected.at("parameters_after").items()) {
      const auto after = outcome.parameters.find(name);
      if (after == outcome.parameters.end()) continue;  // an infinite difference above
      const double change = norms.at("change_l2");
      comparison.add("parameter_change_l2_rel", 1e-7,
                     std::abs(l2(after->second - execution.initial.at(name)) - change) / change, place + name);
    }
  }
  for (const auto& [name, value] : execution.iterations.back().statistics) {
    if (!name.ends_with("num_batches_tracked")) continue;
    comparison.add_count(name, value.item<std::int64_t>(), expect.at("num_batches_tracked_after"));
  }
}

}  // namespace

std::vector<Difference> compare(const Case& golden, const Execution& execution, Precision precision) {
  Comparison comparison(golden, precision);
  if (golden.optimizer) {
    compare_trajectory(comparison, execution);
  } else if (golden.training) {
    compare_training(comparison, execution.iterations.front());
  } else {
    compare_evaluation(comparison, execution.iterations.front());
  }
  return comparison.take();
}

}  // namespace pgt::parity
