#include "train/lars.hpp"

#include <torch/torch.h>

#include <utility>

namespace pgt::train {

Lars::Lars(std::vector<ParameterGroup> groups, const config::OptimizerOptions& options)
    : Sgd(std::move(groups), options), trust_(options.trust_coefficient), epsilon_(options.epsilon) {}

void Lars::apply(Batch& batch, double learning_rate) const {
  if (batch.weight_decay != 0) {  // scales, shifts and whatever else does not decay are updated as by SGD
    const std::vector<at::Tensor> of_each = ratios(batch);
    at::_foreach_add_(batch.gradients, batch.weights, std::exchange(batch.weight_decay, 0));
    at::_foreach_mul_(batch.gradients, of_each);
  }
  Sgd::apply(batch, learning_rate);
}

std::vector<at::Tensor> Lars::ratios(const Batch& batch) const {
  const at::Tensor weights = at::stack(at::_foreach_norm(batch.weights));
  const at::Tensor gradients = at::stack(at::_foreach_norm(batch.gradients));
  const at::Tensor trusted = trust_ * weights / (gradients + weights * batch.weight_decay + epsilon_);
  // A tensor of zeros has no length to go by.
  return at::where((weights > 0).logical_and(gradients > 0), trusted, 1.0).unbind();
}

}  // namespace pgt::train
