#include "run/pace_meter.hpp"

#include <algorithm>

namespace pgt::run {
namespace {

constexpr double fading = 0.95;

}  // namespace

void PaceMeter::add(const IterationReport& report) {
  ++seen_;
  weight_ = fading * weight_ + 1;
  seconds_ = fading * seconds_ + report.seconds;
  data_seconds_ = fading * data_seconds_ + report.data_seconds;
  videos_ = fading * videos_ + static_cast<double>(report.videos);
  if (report.epoch != epoch_) {
    epoch_ = report.epoch;
    epoch_loss_ = epoch_videos_ = 0;
  }
  if (report.videos > 0) epoch_loss_ += report.loss * static_cast<double>(report.videos);
  epoch_videos_ += static_cast<double>(report.videos);
  iterations_an_epoch_ = std::max<std::int64_t>(1, report.iterations);
  iterations_left_ = (epochs_ - report.epoch) * report.iterations - report.iteration - 1;
}

void PaceMeter::add(const EvaluationReport& report) { evaluation_seconds_ += report.seconds; }

double PaceMeter::seconds_left() const {
  if (seen_ == 0) return 0;
  const double left = static_cast<double>(iterations_left_);
  // Evaluations per iteration of this start; in the first epoch there was none yet.
  const double epochs_seen =
      static_cast<double>(std::max(seen_, iterations_an_epoch_)) / static_cast<double>(iterations_an_epoch_);
  const double epochs_left = left / static_cast<double>(iterations_an_epoch_);
  return left * seconds_ / weight_ + epochs_left * evaluation_seconds_ / epochs_seen;
}

}  // namespace pgt::run
