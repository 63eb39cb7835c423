/// Stochastic gradient descent with momentum, Nesterov's or not. Source: docs/method.md M3.4; the update is
/// torch.optim.SGD's with dampening 0.
#pragma once

#include <vector>

#include "train/update_rule.hpp"

namespace pgt::train {

class Sgd final : public UpdateRule {
 public:
  Sgd(std::vector<ParameterGroup> groups, double momentum, bool nesterov);

  void update(double learning_rate) override;
  std::int64_t state_bytes() const override;
  /// "momentum/NAME".
  void save(Checkpoint& checkpoint) const override;
  void load(const Checkpoint& checkpoint) override;

 private:
  struct Group {
    ParameterGroup of;
    std::vector<at::Tensor> momenta;  ///< of each parameter; undefined before its first update
  };
  void update(Group& group, double learning_rate) const;
  /// Turns the gradients into what is subtracted: those of the parameters at `places`.
  std::vector<at::Tensor> with_momentum(Group& group, const std::vector<std::size_t>& places,
                                        std::vector<at::Tensor> gradients) const;

  std::vector<Group> groups_;
  double momentum_;
  bool nesterov_;
};

}  // namespace pgt::train
