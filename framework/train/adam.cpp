#include "train/adam.hpp"

#include <torch/torch.h>

#include <utility>

namespace pgt::train {

Adam::Adam(std::vector<ParameterGroup> groups, const config::OptimizerOptions& options)
    : GroupRule(std::move(groups), {{"mean"}, {"square"}, {"updates", /*count=*/true}}),
      beta1_(options.beta1),
      beta2_(options.beta2),
      epsilon_(options.epsilon) {}

void Adam::apply(Batch& batch, double learning_rate) const {
  at::_foreach_add_(batch.state[2], 1);
  at::_fused_adam_(batch.weights, batch.gradients, batch.state[0], batch.state[1], /*max_exp_avg_sqs=*/{},
                   batch.state[2], learning_rate, beta1_, beta2_, batch.weight_decay, epsilon_, /*amsgrad=*/false,
                   /*maximize=*/false);
}

}  // namespace pgt::train
