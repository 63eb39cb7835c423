/// How gradients change weights, and those of which parameters: docs/optimizers.md.
#pragma once

#include <string>
#include <vector>

#include <pgt/sdk/options.hpp>

namespace pgt::config {

enum class Optimizer { sgd, adam, adamw, lars };

/// Part of [train].
struct OptimizerOptions {
  Optimizer optimizer = Optimizer::sgd;
  double momentum = 0.9;  ///< of SGD and LARS
  bool nesterov = true;   ///< the same
  double beta1 = 0.9;     ///< of Adam and AdamW, as the next
  double beta2 = 0.999;
  double epsilon = 1e-8;             ///< of Adam, AdamW and LARS
  double trust_coefficient = 0.001;  ///< of LARS
  double weight_decay = 1e-4;
  double norm_weight_decay = 0;
  double layer_decay = 1;             ///< factor of the learning rate from a layer to the one below; 1: none
  double head_learning_rate = 1;      ///< factor of the learning rate of the head's parameters
  std::vector<std::string> freeze{};  ///< patterns of the names of parameters and modules that are not trained

  void describe(sdk::Options& o);
  void check(sdk::Problems& problems) const;
};

}  // namespace pgt::config
