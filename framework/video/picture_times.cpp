#include "video/picture_times.hpp"

#include <cstdlib>

#include "video/ffmpeg.hpp"

namespace pgt::video {

bool PictureTimes::counts(std::int64_t time) const {
  if (time == AV_NOPTS_VALUE) return false;
  if (first_) return true;
  const std::int64_t length = end_ - last_, off = std::abs(time - end_);
  const bool by_a_picture = 2 * off > length && 2 * off < 3 * length;
  return time > last_ && !(sparse_ && by_a_picture);
}

std::int64_t PictureTimes::next(std::int64_t time, std::int64_t duration) {
  last_ = counts(time) ? time : end_;
  first_ = false;
  end_ = last_ + (duration > 0 ? duration : step_);
  return last_;
}

}  // namespace pgt::video
