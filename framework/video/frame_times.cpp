#include "video/frame_times.hpp"

#include <stdexcept>
#include <utility>

namespace pgt::video {

void FrameTimes::push_back(std::int64_t time) {
  if (!listed_.empty()) {
    listed_.push_back(time);
  } else if (size_ == 0) {
    first_ = static_cast<std::uint64_t>(time);
  } else if (size_ == 1) {
    step_ = static_cast<std::uint64_t>(time) - first_;
  } else if (time != (*this)[size_]) {
    std::vector<std::int64_t> all;
    for (std::size_t frame = 0; frame < size_; ++frame) all.push_back((*this)[frame]);
    all.push_back(time);
    listed_ = std::move(all);
    first_ = step_ = 0;
  }
  ++size_;
}

std::int64_t FrameTimes::at(std::size_t frame) const {
  if (frame >= size_) throw std::out_of_range("there is no such frame");
  return (*this)[frame];
}

std::size_t FrameTimes::from(std::int64_t time) const {
  std::size_t first = 0, end = size_;
  while (first < end) {
    const std::size_t middle = first + (end - first) / 2;
    if ((*this)[middle] < time) {
      first = middle + 1;
    } else {
      end = middle;
    }
  }
  return first;
}

}  // namespace pgt::video
