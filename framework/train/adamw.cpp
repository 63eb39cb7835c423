#include "train/adamw.hpp"

#include <torch/torch.h>

namespace pgt::train {

void AdamW::apply(Batch& batch, double learning_rate) const {
  at::_foreach_add_(batch.state[2], 1);
  at::_fused_adamw_(batch.weights, batch.gradients, batch.state[0], batch.state[1], /*max_exp_avg_sqs=*/{},
                    batch.state[2], learning_rate, beta1_, beta2_, batch.weight_decay, epsilon_, /*amsgrad=*/false,
                    /*maximize=*/false);
}

}  // namespace pgt::train
