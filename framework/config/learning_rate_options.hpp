/// The learning rate over the training: docs/optimizers.md; docs/method.md M3.5.
#pragma once

#include <cstdint>
#include <vector>

#include <pgt/sdk/options.hpp>

namespace pgt::config {

enum class LearningRatePolicy { cosine, step, constant, linear, poly, exponential, one_cycle };

/// Part of [train].
struct LearningRateOptions {
  double learning_rate = 0.05;
  LearningRatePolicy policy = LearningRatePolicy::cosine;
  std::vector<double> milestones{};  ///< epochs at which the step policy multiplies by `gamma`
  double gamma = 0.1;                ///< of the step policy at each milestone, of the exponential one each epoch
  double power = 1;                  ///< of the polynomial
  double pct_start = 0.3;            ///< of one-cycle: the share of all updates before the peak
  double div_factor = 25;            ///< of one-cycle: the start is `learning_rate` over this
  double final_div_factor = 1e4;     ///< of one-cycle: the end is the start over this
  double min_learning_rate = 0;      ///< where the policy ends, or what it does not go below
  double warmup_epochs = 0;
  std::int64_t warmup_iterations = 0;  ///< the same length, counted otherwise; one of the two is 0
  double warmup_start = 0;             ///< learning rate at the start of the warm-up
  std::int64_t base_batch_size = 0;    ///< the batch that all rates above are meant for; 0: the run's own

  void describe(sdk::Options& o);
  /// `epochs`: of the training.
  void check(sdk::Problems& problems, std::int64_t epochs) const;
};

}  // namespace pgt::config
