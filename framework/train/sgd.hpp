/// Stochastic gradient descent with momentum, Nesterov's or not. Source: docs/method.md M3.4; the update is
/// torch.optim.SGD's with dampening 0.
#pragma once

#include "train/group_rule.hpp"

namespace pgt::train {

class Sgd : public GroupRule {
 public:
  Sgd(std::vector<ParameterGroup> groups, const config::OptimizerOptions& options);

 protected:
  void apply(Batch& batch, double learning_rate) const override;

 private:
  double momentum_;
  bool nesterov_;
};

}  // namespace pgt::train
