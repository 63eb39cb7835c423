/// When the pictures of a stream are shown whose packets do not all say so. Private to this folder.
#pragma once

#include <cstdint>

namespace pgt::video {

/// A picture without a time follows the one before it, and so does one whose time would go back.
class PictureTimes {
 public:
  /// `step`: ticks of a picture whose duration nobody knows. `sparse`: only some pictures have times, as in program
  /// streams, which have one for all pictures that begin in a packet of theirs. FFmpeg gives it to the neighbour of the
  /// right one now and then, so that a time that is off by a picture's duration does not count.
  PictureTimes(std::int64_t step, bool sparse) : step_(step), sparse_(sparse) {}

  /// Of the next picture in presentation order. `time` may be AV_NOPTS_VALUE; `duration` is below 1 where it is not
  /// known.
  std::int64_t next(std::int64_t time, std::int64_t duration);
  /// When the last one ends.
  std::int64_t end() const { return end_; }

 private:
  bool counts(std::int64_t time) const;

  std::int64_t step_;
  bool sparse_;
  bool first_ = true;
  std::int64_t last_ = 0;
  std::int64_t end_ = 0;
};

}  // namespace pgt::video
