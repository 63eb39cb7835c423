#include "run/epoch_clock.hpp"

#include <limits>

namespace pgt::run {

void EpochClock::resume(std::int64_t epoch, double seconds) {
  *this = {};
  epoch_ = epoch;
  earlier_ = seconds;
}

void EpochClock::training(std::int64_t epoch) {
  if (epoch != epoch_) resume(epoch, 0);
  trained_ = true;
}

double EpochClock::finish(const EpochReport& report) {
  if (report.epoch != epoch_) resume(report.epoch, 0);
  over_ = true;
  const bool measured = trained_ || earlier_ > 0;
  earlier_ += report.seconds;
  return measured ? earlier_ : std::numeric_limits<double>::quiet_NaN();
}

double EpochClock::seconds() const {
  return over_ ? earlier_ : earlier_ + std::chrono::duration<double>(Clock::now() - started_).count();
}

}  // namespace pgt::run
