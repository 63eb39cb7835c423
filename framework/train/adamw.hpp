/// Adam with a decay that is not part of the gradient. Source: docs/method.md M3.4; the update is torch.optim.AdamW's.
#pragma once

#include "train/adam.hpp"

namespace pgt::train {

class AdamW final : public Adam {
 public:
  using Adam::Adam;

 private:
  void apply(Batch& batch, double learning_rate) const override;
};

}  // namespace pgt::train
