#include "train/lars.hpp"

#include <torch/torch.h>

#include <utility>

namespace pgt::train {
namespace {

std::vector<StateTensor> momentum_of(const config::OptimizerOptions& options) {
  if (options.momentum == 0) return {};
  return {{"momentum"}};
}

}  // namespace

Lars::Lars(std::vector<ParameterGroup> groups, const config::OptimizerOptions& options)
    : GroupRule(std::move(groups), momentum_of(options)),
      momentum_(options.momentum),
      nesterov_(options.nesterov),
      trust_(options.trust_coefficient),
      epsilon_(options.epsilon) {}

void Lars::apply(Batch& batch, double learning_rate) const {
  if (batch.weight_decay != 0) {  // scales, shifts and whatever else does not decay are updated as by SGD
    const std::vector<at::Tensor> of_each = ratios(batch);
    at::_foreach_add_(batch.gradients, batch.weights, batch.weight_decay);
    at::_foreach_mul_(batch.gradients, of_each);
  }
  const at::TensorList momenta = batch.state.empty() ? at::TensorList() : at::TensorList(batch.state[0]);
  at::_fused_sgd_(batch.weights, batch.gradients, momenta, /*weight_decay=*/0, momentum_, learning_rate,
                  /*dampening=*/0, nesterov_, /*maximize=*/false, /*is_first_step=*/false);
}

std::vector<at::Tensor> Lars::ratios(const Batch& batch) const {
  const at::Tensor weights = at::stack(at::_foreach_norm(batch.weights));
  const at::Tensor gradients = at::stack(at::_foreach_norm(batch.gradients));
  const at::Tensor trusted = trust_ * weights / (gradients + weights * batch.weight_decay + epsilon_);
  // A tensor of zeros has no length to go by.
  return at::where((weights > 0).logical_and(gradients > 0), trusted, 1.0).unbind();
}

}  // namespace pgt::train
