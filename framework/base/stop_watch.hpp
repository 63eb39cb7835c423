/// Seconds that something takes, by a clock that never goes back.
#pragma once

#include <chrono>
#include <utility>

namespace pgt {

class StopWatch {
 public:
  /// Since it was made, or since the latest `lap`.
  double seconds() const { return std::chrono::duration<double>(Clock::now() - at_).count(); }
  /// The same, and begins anew.
  double lap() {
    const Clock::time_point before = std::exchange(at_, Clock::now());
    return std::chrono::duration<double>(at_ - before).count();
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point at_ = Clock::now();
};

}  // namespace pgt
