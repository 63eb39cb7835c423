#include "train/sgd.hpp"

#include <torch/torch.h>

#include <utility>

namespace pgt::train {
namespace {

/// None without momentum.
std::vector<StateTensor> state_of(const config::OptimizerOptions& options) {
  if (options.momentum == 0) return {};
  return {{"momentum"}};
}

}  // namespace

Sgd::Sgd(std::vector<ParameterGroup> groups, const config::OptimizerOptions& options)
    : GroupRule(std::move(groups), state_of(options)), momentum_(options.momentum), nesterov_(options.nesterov) {}

void Sgd::apply(Batch& batch, double learning_rate) const {
  const at::TensorList momenta = batch.state.empty() ? at::TensorList() : at::TensorList(batch.state[0]);
  // A momentum of zeros becomes the gradient, so the first step is like the others.
  at::_fused_sgd_(batch.weights, batch.gradients, momenta, batch.weight_decay, momentum_, learning_rate,
                  /*dampening=*/0, nesterov_, /*maximize=*/false, /*is_first_step=*/false);
}

}  // namespace pgt::train
