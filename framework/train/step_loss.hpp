/// The loss of a step: of all its rows at once, or of some after others (train.micro_batch).
///
/// What is taken of all rows (mixed targets, the divisor) is taken before the first scores are there, so that the parts
/// add up to the loss of the whole.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <limits>
#include <vector>

#include <pgt/sdk/backbone.hpp>
#include <pgt/sdk/dataset.hpp>

#include "train/lesson.hpp"
#include "train/mix.hpp"
#include "walk/steps.hpp"

namespace pgt::train {

class StepLoss {
 public:
  /// Of some rows of the step.
  struct Part {
    /// Of the losses of these rows, as they weigh; a scalar with a graph, to be divided by the divisor of the step.
    /// Undefined where none of these rows shows a box.
    at::Tensor sum;
    bool finite = true;    ///< true where nothing is scored
    bool is_first = true;  ///< that has a sum
    /// Of each row: what it scores right, one for a video; empty where the loss knows no right and wrong.
    std::vector<std::int64_t> correct;
  };

  /// Keeps references. `output`: what the backbone scores.
  StepLoss(const Lesson& lesson, const Mix& mix, const walk::Step& step, sdk::Output output);

  /// The scores of the next rows of the step, as the network gave them.
  Part take(const at::Tensor& scores);

  /// Of each of the step's rows: what it weighs in the divisor, float64 on the CPU. Not of boxes and moments.
  at::Tensor weights() const;
  /// Boxes that the step shows.
  std::int64_t boxes() const { return static_cast<std::int64_t>(targets_.size()); }
  /// Rows, or boxes, whose scores have been taken.
  std::int64_t taken() const { return taken_; }

  /// For reports, of what has been taken: the mean, as it weighs; and how many things that is: rows, or moments with a
  /// label. None: there was nothing to score.
  double mean() const { return mean_; }
  std::int64_t scored() const;
  /// What the mean is of weighs so much.
  double weight() const { return weight_; }
  /// Whether a part had a sum.
  bool has_sum() const { return has_sum_; }

 private:
  Part of_moments(const at::Tensor& scores);
  /// The targets as the loss wants them.
  const at::Tensor& target(const at::Tensor& scores);
  void note(double mean, double weight);

  const Lesson& lesson_;
  const Mix& mix_;
  const walk::Step& step_;
  sdk::Output output_;
  std::vector<sdk::Target> targets_;  ///< of each of the step's scores
  at::Tensor target_{};
  std::int64_t taken_ = 0;  ///< scores
  bool has_sum_ = false;
  double mean_ = 0;
  double weight_ = 0;  ///< of what the mean is of
  std::int64_t labelled_ = 0;
};

}  // namespace pgt::train
