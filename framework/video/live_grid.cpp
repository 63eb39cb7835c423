#include "video/live_grid.hpp"

#include <algorithm>

namespace pgt::video {

std::int64_t LiveGrid::tick(std::int64_t frame) const {
  const double seconds = static_cast<double>(frame) * step_;
  return frame == 0 ? 0 : base_.tick_at(seconds, grace_);
}

LiveGrid::Shown LiveGrid::next(std::int64_t begin) {
  Shown shown;
  while (tick(frames_) < begin) ++shown.before, ++frames_;
  while (tick(frames_) == begin) ++shown.now, ++frames_;
  return shown;
}

std::int64_t LiveGrid::count(std::int64_t end) const { return whole_frames(base_.seconds(end), grace_, step_); }

std::int64_t LiveGrid::rest(std::int64_t end) const { return std::max<std::int64_t>(0, count(end) - frames_); }

}  // namespace pgt::video
