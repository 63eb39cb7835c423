#include "train/learner.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"

namespace pgt::train {

Learner::Learner(std::vector<nn::Parameter> parameters, std::unique_ptr<UpdateRule> rule, double clip_gradient)
    : parameters_(std::move(parameters)), rule_(std::move(rule)), clip_gradient_(clip_gradient) {
  std::erase_if(parameters_, [](const nn::Parameter& parameter) { return !parameter.trained(); });
}

Learner make_learner(sdk::Backbone& backbone, const config::TrainOptions& options) {
  return {nn::parameters(backbone), make_update_rule(parameter_groups(backbone, options), options),
          options.clip_gradient};
}

void Learner::add(const at::Tensor& loss, double weight) {
  const at::Tensor weighted = loss * weight;
  waiting_ = waiting_.defined() ? waiting_ + weighted : weighted;
  gathered_weight_ += weight;
}

void Learner::back_propagate() {
  if (waits()) std::exchange(waiting_, at::Tensor()).backward();
}

std::optional<double> Learner::update(double learning_rate, sdk::GradientScale scale) {
  const double weight = std::exchange(gathered_weight_, 0);
  if (weight == 0) return std::nullopt;
  const at::NoGradGuard no_gradient;
  std::vector<at::Tensor> gradients;
  for (const nn::Parameter& parameter : parameters_) {
    if (parameter.tensor.grad().defined()) gradients.push_back(parameter.tensor.grad());
  }
  if (gradients.empty()) return 0;

  double factor = scale == sdk::GradientScale::mean ? 1 / weight : 1;
  const double norm = factor * at::stack(at::_foreach_norm(gradients)).norm().item<double>();
  if (!std::isfinite(norm)) {
    throw Error(ExitCode::diverged,
                "the gradient's norm is not finite: lower train.learning_rate or set train.clip_gradient");
  }
  if (clip_gradient_ > 0) factor *= std::min(1.0, clip_gradient_ / (norm + 1e-6));
  if (factor != 1) at::_foreach_mul_(gradients, factor);
  rule_->update(learning_rate);
  drop();
  return norm;
}

void Learner::drop() {
  waiting_.reset();
  gathered_weight_ = 0;
  // Freed, not zeroed: the next backward puts its own tensors here instead of adding to these.
  for (const nn::Parameter& parameter : parameters_) parameter.tensor.mutable_grad().reset();
}

void Learner::save(Checkpoint& checkpoint) const {
  rule_->save(checkpoint);
  checkpoint.progress.clip.gathered_weight = gathered_weight_;
  for (const auto& [name, tensor, role] : parameters_) {
    if (tensor.grad().defined()) checkpoint.tensors.emplace("gradient/" + name, tensor.grad().detach().cpu());
  }
}

void Learner::load(const Checkpoint& checkpoint) {
  const at::NoGradGuard no_gradient;
  drop();
  rule_->load(checkpoint);
  gathered_weight_ = checkpoint.progress.clip.gathered_weight;
  for (const auto& [name, tensor, role] : parameters_) {
    const auto found = checkpoint.tensors.find("gradient/" + name);
    if (found == checkpoint.tensors.end()) continue;
    tensor.mutable_grad() = laid_out_like(tensor, found->second, found->first);
  }
}

}  // namespace pgt::train
