/// Statistics of batch normalisation for each step of evaluation: see Note [Statistics of each step].
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "nn/running_statistics.hpp"
#include "train/parts.hpp"

namespace pgt::train {

/// One for each step that the evaluation's plan lists; empty: evaluation uses the running statistics.
using StepStatistics = std::vector<nn::Statistics>;

/// Walks `batches` batches of training clips, as `epoch` draws them, with the weights as they are. The backbone is in
/// training mode afterwards, its running statistics what they were. Empty where the backbone has none that training
/// moves, and where `stop`, which is asked between steps and while frames are waited for, says so. A step that no clip
/// reaches has those of the step before it. Throws Error(data) if no video can be read.
StepStatistics gather_statistics(const Parts& parts, std::int64_t batches, std::int64_t epoch,
                                 const std::function<bool()>& stop);

/// For a checkpoint: "statistics/STEP/NAME" to value, and back.
std::map<std::string, at::Tensor> to_tensors(const StepStatistics& statistics);
StepStatistics statistics_in(const std::map<std::string, at::Tensor>& tensors);

/// While it lives, a backbone that is evaluated can be given the statistics of each step; then it gets back its own.
class StatisticsInUse {
 public:
  StatisticsInUse(sdk::Backbone& backbone, const StepStatistics& statistics);
  ~StatisticsInUse();
  StatisticsInUse(const StatisticsInUse&) = delete;
  StatisticsInUse& operator=(const StatisticsInUse&) = delete;
  /// Before the step at `place` of the plan is run. Nothing happens where there are no statistics of steps.
  void put(std::int64_t place);

 private:
  sdk::Backbone& backbone_;
  const StepStatistics& statistics_;
  nn::RunningStatistics running_;
  nn::Statistics own_;
  std::int64_t place_ = -1;  ///< whose statistics are in use
};

}  // namespace pgt::train
