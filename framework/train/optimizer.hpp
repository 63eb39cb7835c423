/// Stochastic gradient descent with momentum (Nesterov or not), weight decay by role, clipping of the whole gradient.
/// Source: docs/method.md M3.4; the update is torch.optim.SGD's with dampening 0.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/run_options.hpp"
#include "nn/parameters.hpp"

namespace pgt::train {

class Optimizer {
 public:
  Optimizer(std::vector<nn::Parameter> parameters, const config::TrainOptions& options);

  /// Scales the gathered gradients by `gradient_scale`, clips, updates, clears them. Returns the gradient's norm
  /// before clipping. Throws Error(diverged) if it is not finite.
  double step(double learning_rate, double gradient_scale);

  /// Clears the gathered gradients without an update.
  void drop_gradients();

  /// Momentum buffers as "momentum/NAME", gathered gradients (when a checkpoint is made in the middle of a clip) as
  /// "gradient/NAME"; on the CPU.
  std::map<std::string, at::Tensor> state() const;
  void load_state(const std::map<std::string, at::Tensor>& state);

 private:
  std::vector<nn::Parameter> parameters_;
  std::vector<at::Tensor> momenta_;
  config::TrainOptions options_;
};

}  // namespace pgt::train
