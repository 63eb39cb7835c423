#include "train/learner.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "base/trace.hpp"
#include "config/setting_error.hpp"
#include "run/progress_text.hpp"

namespace pgt::train {
namespace {

constexpr const char* advice = ": lower train.learning_rate or set train.clip_gradient";

bool sums_are_finite(const std::vector<at::Tensor>& tensors) {
  std::vector<at::Tensor> sums;
  for (const at::Tensor& tensor : tensors) sums.push_back(tensor.sum());
  return at::stack(sums).isfinite().all().item<bool>();
}

std::vector<at::Tensor> tensors_of(const std::vector<nn::Parameter>& parameters) {
  std::vector<at::Tensor> tensors;
  for (const nn::Parameter& parameter : parameters) tensors.push_back(parameter.tensor);
  return tensors;
}

}  // namespace

Learner::Learner(std::vector<nn::Parameter> parameters, std::unique_ptr<UpdateRule> rule,
                 const config::TrainOptions& options, dist::Group& group)
    : parameters_(nn::trained(std::move(parameters))),
      reducer_(group, tensors_of(parameters_)),
      rule_(std::move(rule)),
      clip_norm_(options.clip_gradient),
      clip_value_(options.clip_value),
      accumulate_(options.accumulate),
      batch_size_(static_cast<double>(options.batch_size)),
      most_skipped_(options.max_skipped),
      scales_loss_(options.precision == config::Precision::fp16),
      loss_scale_(scales_loss_),
      average_(parameters_, options.average) {}

Learner make_learner(sdk::Backbone& backbone, const config::TrainOptions& options, dist::Group& group) {
  return {nn::parameters(backbone), make_update_rule(parameter_groups(backbone, options), options), options, group};
}

std::optional<std::size_t> update_within(const sdk::Plan& plan) {
  const std::size_t last = plan.steps.size() - 1;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    if (plan.steps[i].optimizer_step && (i < last || plan.repeat_from)) return i;
  }
  return std::nullopt;
}

void check_accumulation(const sdk::Plan& plan, const config::TrainOptions& options) {
  if (options.accumulate == 1) return;
  const std::optional<std::size_t> step = update_within(plan);
  if (!step) return;
  throw config::SettingError(
      "train.accumulate", "train.accumulate = " + std::to_string(options.accumulate) +
                              " makes one update of several batches, but the schedule updates the weights after step " +
                              std::to_string(*step) +
                              " of a clip: leave out train.accumulate, or let the schedule update once a clip (in pgt "
                              "update = \"clip\")");
}

void Learner::add(const at::Tensor& loss, double weight, double rows, bool more) {
  // Of a whole batch; alone, a batch is all there is.
  const double share = accumulate_ > 1 ? rows / batch_size_ : 1;
  if (loss.defined()) {
    const at::Tensor weighted = loss * (weight * share);
    waiting_ = waiting_.defined() ? waiting_ + weighted : weighted;
  }
  waits_ = true;
  if (more) return;
  gathered_.weight += weight;
  gathered_.share += weight * share;
}

void Learner::back_propagate(bool keep_graph) {
  waits_ = false;
  if (!waiting_.defined()) return;
  const TraceSpan span("backward");
  const at::Tensor loss = std::exchange(waiting_, at::Tensor());
  (scales_loss_ ? loss * loss_scale_.factor() : loss).backward({}, keep_graph);
}

void Learner::spoil(const std::string& why) {
  waiting_.reset();
  waits_ = false;
  gathered_.spoiled = why;
}

std::vector<at::Tensor> Learner::gradients() const {
  std::vector<at::Tensor> gradients;
  for (const nn::Parameter& parameter : parameters_) {
    if (parameter.tensor.grad().defined()) gradients.push_back(parameter.tensor.grad());
  }
  return gradients;
}

void Learner::close_batch() {
  if (gathered_.weight > 0) gathered_.shares += gathered_.share / gathered_.weight;
  gathered_.most_weight = std::max(gathered_.most_weight, gathered_.weight);
  gathered_.weight = gathered_.share = 0;
}

std::optional<Update> Learner::end_batch(double learning_rate, sdk::GradientScale scale, bool last) {
  if (gathered_.batches == 0) gathered_.learning_rate = learning_rate;
  close_batch();
  if (!completes(last)) {
    ++gathered_.batches;
    return std::nullopt;
  }
  gathered_.batches = 0;
  return update(std::exchange(gathered_.learning_rate, 0), scale);
}

std::optional<Update> Learner::update(double learning_rate, sdk::GradientScale scale) {
  close_batch();
  if (!gathered_.spoiled.empty()) {
    expect_finite_weights();  // or they are why
    return skip(gathered_.spoiled);
  }
  const double weight = gathered_.most_weight, shares = gathered_.shares;
  if (weight == 0) {
    drop();
    return std::nullopt;
  }
  const TraceSpan span("update");

  const at::NoGradGuard no_gradient;
  reducer_.reduce();
  const std::vector<at::Tensor> gradients = this->gradients();
  if (gradients.empty()) {
    drop();
    return Update{};
  }
  const double factor = 1 / (shares * (scale == sdk::GradientScale::mean ? weight : 1) * loss_scale_.factor());
  const at::Tensor length = at::stack(at::_foreach_norm(gradients)).norm();
  expect_finite_weights();
  const double norm = factor * length.item<double>();
  if (!std::isfinite(norm)) {
    const bool counts = !loss_scale_.can_shrink();
    loss_scale_.overflowed();
    drop();
    return counts ? skip("the gradient's norm is not finite") : Update{std::numeric_limits<double>::quiet_NaN(), ""};
  }
  clip(gradients, norm, factor);
  rule_->update(learning_rate);
  check_weights();
  loss_scale_.succeeded();
  average_.update(++updates_);
  skipped_in_row_ = 0;
  drop();
  return Update{norm, ""};
}

void Learner::clip(const std::vector<at::Tensor>& gradients, double norm, double factor) const {
  if (clip_norm_ > 0) factor *= std::min(1.0, clip_norm_ / (norm + 1e-6));
  if (factor != 1) at::_foreach_mul_(gradients, factor);
  if (clip_value_ == 0) return;
  at::_foreach_clamp_min_(gradients, -clip_value_);
  at::_foreach_clamp_max_(gradients, clip_value_);
}

void Learner::check_weights() {
  std::vector<at::Tensor> weights;
  for (const nn::Parameter& parameter : parameters_) {
    if (parameter.tensor.numel() > 0) weights.push_back(parameter.tensor);
  }
  if (weights.empty()) return;
  // A sum that is finite has finite terms, and is fast. One that is not may have them all the same.
  constexpr double largest = std::numeric_limits<double>::infinity();
  const bool on_cpu = weights.front().is_cpu();
  if (on_cpu && sums_are_finite(weights)) return;
  finite_ = at::stack(at::_foreach_norm(weights, largest)).isfinite().all();
  if (on_cpu) expect_finite_weights();
}

void Learner::expect_finite_weights() const {
  if (!finite_.defined() || finite_.item<bool>()) return;
  throw Error(ExitCode::diverged, std::string("an update made weights that are not finite") + advice);
}

Update Learner::skip(std::string why) {
  drop();
  ++skipped_in_row_;
  return {std::numeric_limits<double>::quiet_NaN(), std::move(why)};
}

void Learner::stop_if_diverged(const run::IterationReport& report) const {
  if (skipped_in_row_ < most_skipped_) return;
  throw Error(ExitCode::diverged, std::to_string(skipped_in_row_) +
                                      " updates in a row were skipped (train.max_skipped); the last: " +
                                      run::skipped_text(report) + advice);
}

void Learner::drop() {
  waiting_.reset();
  waits_ = false;
  reducer_.forget();
  // How many batches of its group are done stays: an epoch's groups do not depend on what went wrong.
  gathered_ = {.batches = gathered_.batches, .learning_rate = gathered_.learning_rate};
  // Freed, not zeroed: the next backward puts its own tensors here instead of adding to these.
  for (const nn::Parameter& parameter : parameters_) parameter.tensor.mutable_grad().reset();
}

void Learner::save(Checkpoint& checkpoint) const {
  expect_finite_weights();
  checkpoint.progress.learner = {.gathered = gathered_, .updates = updates_, .skipped_in_row = skipped_in_row_};
  rule_->save(checkpoint);
  loss_scale_.save(checkpoint);
  average_.save(checkpoint);
  if (gathered_.weight == 0 && gathered_.shares == 0) return;
  const std::vector<at::Tensor> sums = reducer_.sums();
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (sums[i].defined()) checkpoint.tensors.emplace("gradient/" + parameters_[i].name, sums[i].cpu());
  }
}

void Learner::load(const Checkpoint& checkpoint) {
  const at::NoGradGuard no_gradient;
  drop();
  rule_->load(checkpoint);
  loss_scale_.load(checkpoint);
  average_.load(checkpoint);
  const LearnerProgress& progress = checkpoint.progress.learner;
  // Gathered gradients have the scale of the loss, which another train.precision changes.
  const double rescale = loss_scale_.factor() / (progress.loss_scale > 0 ? progress.loss_scale : 1);
  gathered_ = progress.gathered;
  updates_ = progress.updates;
  skipped_in_row_ = progress.skipped_in_row;
  if (!reducer_.group().first()) return;  // the sum of all ranks is gathered once
  for (const auto& [name, tensor, role] : parameters_) {
    const auto found = checkpoint.tensors.find("gradient/" + name);
    if (found == checkpoint.tensors.end()) continue;
    tensor.mutable_grad() = laid_out_like(tensor, found->second, found->first);
    if (rescale != 1) tensor.mutable_grad().mul_(rescale);
  }
}

}  // namespace pgt::train
