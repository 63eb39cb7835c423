/// Adam, whose weight decay is part of the gradient. Source: docs/method.md M3.4; the update is torch.optim.Adam's.
#pragma once

#include "train/group_rule.hpp"

namespace pgt::train {

/// Keeps the running means of the gradient and of its square, and the number of updates, by which these are corrected:
/// one for each parameter, since one without a gradient is not updated.
class Adam : public GroupRule {
 public:
  Adam(std::vector<ParameterGroup> groups, const config::OptimizerOptions& options);

 protected:
  double beta1_, beta2_, epsilon_;

 private:
  void apply(Batch& batch, double learning_rate) const override;
};

}  // namespace pgt::train
