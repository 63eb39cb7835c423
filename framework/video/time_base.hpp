/// The clock of a stream of pictures: seconds and its ticks.
#pragma once

#include <cstdint>

namespace pgt::video {

struct TimeBase {
  std::int64_t num = 1;  ///< a tick lasts num / den seconds
  std::int64_t den = 1;

  double seconds(std::int64_t ticks) const { return static_cast<double>(ticks * num) / static_cast<double>(den); }
  /// The last tick that begins no later than `seconds`, or by `grace` seconds later.
  std::int64_t tick_at(double seconds, double grace) const {
    return static_cast<std::int64_t>((static_cast<long double>(seconds) + grace) * den / num);
  }
};

}  // namespace pgt::video
