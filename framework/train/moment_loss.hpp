/// The loss of a step's moments (docs/method.md M3.11).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include <pgt/sdk/dataset.hpp>

#include "train/criterion.hpp"

namespace pgt::train {

struct MomentLoss {
  /// Over all rows: the losses of the labelled moments, as their classes weigh, divided by the moments of a row. A
  /// scalar with a graph; 0 where none is labelled.
  at::Tensor of_rows;
  double mean = 0;                    ///< of the labelled moments, for reports; NaN where there is none …
  double weight = 0;                  ///< … and how much they weigh
  std::int64_t labelled = 0;          ///< moments
  std::vector<std::int64_t> correct;  ///< of each row: labelled moments of which the best score is the true class's
};

/// `scores` is (N, P, K); `targets` are N · P, row after row. `smoothing` weighs the truncated mean squared difference
/// of neighbouring log-probabilities, of moments that are both labelled (Farha and Gall, "MS-TCN", 2019; threshold 4):
/// the earlier of the two is taken as given. Moments of different steps are not neighbours.
MomentLoss moment_loss(const at::Tensor& scores, std::vector<sdk::Target> targets, const Criterion& criterion,
                       double smoothing);

}  // namespace pgt::train
