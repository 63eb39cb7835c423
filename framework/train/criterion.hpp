/// What a run learns by: the loss of class scores, with its smoothing and the weights of the classes.
///
/// Note [Weights and divisors]
/// A mean of weighted losses is divided by the weights, not by how many there are: a batch of rare classes then moves
/// the network as far as any other (as Python torch's `cross_entropy(weight=…, reduction="mean")`). So each score has a
/// loss, which is weighted already, and the weight that it counts in a divisor. With binary cross-entropy that weight
/// is 1: a class's weight multiplies the loss of where it is present (torch's `pos_weight`), and the mean stays that
/// over scores and classes. Where smoothing gives a part of a target to other classes, these parts have their own
/// classes' weights in the loss, but the divisor is that of the targets' classes (docs/method.md M3.10).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

#include <pgt/sdk/dataset.hpp>

#include "config/run_options.hpp"
#include "walk/labels.hpp"

namespace pgt::train {

/// Of each of N scores, both (N): see Note [Weights and divisors].
struct Losses {
  at::Tensor loss;
  at::Tensor weight;
};

class Criterion {
 public:
  /// No smoothing, no weights. `loss` is never `automatic`.
  Criterion(config::Loss loss, std::int64_t classes) : loss_(loss), classes_(classes) {}
  /// `weights`: of each class, above 0; empty: 1.
  Criterion(config::Loss loss, std::int64_t classes, double smoothing, const std::vector<double>& weights);

  config::Loss loss() const { return loss_; }
  /// Targets as the loss wants them: class indices (N) of type int64, or 0/1 of (N, classes) in the type of `scores`;
  /// where these are. Throws Error(data) where a label is none of the classes, or the loss takes one and there are
  /// others.
  at::Tensor targets(const std::vector<sdk::Target>& targets, const at::Tensor& scores) const;
  /// Softmax cross-entropy, or the mean over the classes of the binary cross-entropy. `scores` is (N, classes).
  Losses of(const at::Tensor& scores, const at::Tensor& targets) const;
  /// The weights of these alone, in the type of `scores`, of which nothing else is read.
  at::Tensor weights(const at::Tensor& targets, const at::Tensor& scores) const;

 private:
  /// As the scores are, where they are; undefined: 1.
  at::Tensor class_weights(const at::Tensor& scores) const;
  at::Tensor cross_entropy(const at::Tensor& scores, const at::Tensor& targets) const;
  at::Tensor binary_cross_entropy(const at::Tensor& scores, const at::Tensor& targets) const;

  config::Loss loss_;
  std::int64_t classes_;
  double smoothing_ = 0;
  at::Tensor weights_{};  ///< (classes); undefined: 1
};

/// As [train] says. `count` is asked for what there is to learn where the weights are balanced.
Criterion make_criterion(const config::TrainOptions& options, const sdk::DatasetInfo& data,
                         const std::function<walk::LabelCounts()>& count);

/// "balanced", so that all classes that are there count the same in sum, and a sample 1 on average: all / (classes
/// there are · present). With binary cross-entropy, so that in each class presences count as much as absences: (all −
/// present) / present. A class that all or none have weighs 1.
std::vector<double> balanced_weights(config::Loss loss, const walk::LabelCounts& counts);

}  // namespace pgt::train
