/// Which pictures of a live stream are sampled: those that the clip of a whole file has (ClipFrames), told as they
/// come.
#pragma once

#include <cstdint>

#include "video/time_base.hpp"

namespace pgt::video {

/// Frame k of the grid is shown `k · step` seconds after the first picture: by the last picture that starts no later.
class LiveGrid {
 public:
  /// `grace`: see VideoIndex.
  LiveGrid(TimeBase base, double grace, double step) : base_(base), grace_(grace), step_(step) {}

  /// The next frames of the grid that are known now: first those that show the picture before, then those that show
  /// this one.
  struct Shown {
    std::int64_t before = 0;
    std::int64_t now = 0;
  };
  /// A picture is shown from `begin` on: ticks from the first, ascending. Frames that another picture may show that
  /// comes later wait for it.
  Shown next(std::int64_t begin);
  /// The last picture ends at `end`: so many more frames show it.
  std::int64_t rest(std::int64_t end) const;
  /// Frames that the grid has if the stream ends at `end`. One that the next picture may show may be the first beyond.
  std::int64_t count(std::int64_t end) const;

 private:
  std::int64_t tick(std::int64_t frame) const;

  TimeBase base_;
  double grace_;
  double step_;
  std::int64_t frames_ = 0;  ///< that are known
};

}  // namespace pgt::video
