/// How fast a run is, and how much longer it will take.
#pragma once

#include <cstdint>

#include "run/events.hpp"

namespace pgt::run {

/// The latest iterations weigh most: an iteration's weight halves with every 14 that follow it.
class PaceMeter {
 public:
  explicit PaceMeter(std::int64_t epochs) : epochs_(epochs) {}

  void add(const IterationReport& report);
  void add(const EvaluationReport& report);

  double clips_per_second() const { return seconds_ > 0 ? videos_ / seconds_ : 0; }
  double data_fraction() const { return seconds_ > 0 ? data_seconds_ / seconds_ : 0; }
  /// Of the epoch so far, each iteration weighing as many videos as it had.
  double mean_loss() const { return epoch_videos_ > 0 ? epoch_loss_ / epoch_videos_ : 0; }
  /// To the end of the run, with evaluations as frequent and as long as they were.
  double seconds_left() const;
  /// Iterations of this start.
  std::int64_t iterations() const { return seen_; }

 private:
  std::int64_t epochs_;
  std::int64_t seen_ = 0;
  // Sums in which the past fades.
  double weight_ = 0, seconds_ = 0, data_seconds_ = 0, videos_ = 0;
  std::int64_t epoch_ = -1;
  double epoch_loss_ = 0, epoch_videos_ = 0;
  double evaluation_seconds_ = 0;
  std::int64_t iterations_left_ = 0;
  std::int64_t iterations_an_epoch_ = 1;
};

}  // namespace pgt::run
