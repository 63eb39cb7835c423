/// A running average of the weights, which scores better than the weights of any one moment.
///
/// Note [The average of the weights]
/// After update t (the first is t = 1) each trained tensor of the average moves towards the weights w:
///
///     d = min(train.average, (1 + t) / (10 + t)),   average = d·average + (1 − d)·w
///
/// so that the first, untrained weights are soon forgotten. It starts as the weights that training starts from. Buffers
/// (running statistics) are averages already, and those of the network count. Evaluations during training and, where
/// nothing else is asked for, `eval` and `predict` use the average; training itself never does.
///
/// Source: Polyak and Juditsky, 1992; the warm-up is that of tf.train.ExponentialMovingAverage.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "nn/parameters.hpp"
#include "train/state.hpp"

namespace pgt::train {

class Average final : public StatePart {
 public:
  /// Of the weights as they are. `decay` 0: there is no average, and nothing here does anything.
  Average(std::vector<nn::Parameter> trained, double decay);

  /// After the t-th update.
  void update(std::int64_t t);
  /// Exchanges the network's weights and the average.
  void swap();

  /// "average/NAME".
  void save(Checkpoint& checkpoint) const override;
  /// Where the checkpoint has none, it starts from the weights as they are.
  void load(const Checkpoint& checkpoint) override;

 private:
  std::vector<nn::Parameter> parameters_;
  double decay_;
  std::vector<at::Tensor> values_;  ///< of each parameter
};

/// While it lives, the network has the averaged weights.
class AverageInUse {
 public:
  explicit AverageInUse(Average& average) : average_(average) { average_.swap(); }
  ~AverageInUse() { average_.swap(); }
  AverageInUse(const AverageInUse&) = delete;
  AverageInUse& operator=(const AverageInUse&) = delete;

 private:
  Average& average_;
};

/// A checkpoint's network with the averaged weights in place of its own, by the network's names; empty where the
/// checkpoint has no average.
std::map<std::string, at::Tensor> averaged_weights(const std::map<std::string, at::Tensor>& checkpoint);

}  // namespace pgt::train
