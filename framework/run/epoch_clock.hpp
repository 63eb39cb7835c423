/// How long an epoch has been trained, over all starts of a run.
#pragma once

#include <chrono>
#include <cstdint>

#include "run/events.hpp"

namespace pgt::run {

class EpochClock {
 public:
  /// What earlier starts measured; the clock of this start runs from now on.
  void resume(std::int64_t epoch, double seconds);
  /// Training is in this epoch.
  void training(std::int64_t epoch);
  /// The epoch's training is over: its seconds over all starts; NaN where it was over before this start, and none
  /// measured it.
  double finish(const EpochReport& report);

  std::int64_t epoch() const { return epoch_; }
  double seconds() const;

 private:
  using Clock = std::chrono::steady_clock;

  std::int64_t epoch_ = -1;
  double earlier_ = 0;  ///< of earlier starts; of all where the epoch is over
  bool over_ = false;
  bool trained_ = false;  ///< in this start
  Clock::time_point started_ = Clock::now();
};

}  // namespace pgt::run
