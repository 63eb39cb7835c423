/// The clock of a stream of pictures: seconds and its ticks.
#pragma once

#include <algorithm>
#include <cmath>
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

/// Frames of a clip that takes one every `step` seconds of all the `seconds` of a video, whose `grace` see VideoIndex.
inline std::int64_t whole_frames(double seconds, double grace, double step) {
  return std::max<std::int64_t>(1, std::llround((seconds + grace) / step));
}

}  // namespace pgt::video
