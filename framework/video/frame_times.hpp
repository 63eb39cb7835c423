#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pgt::video {

/// When frames are shown, ascending, in ticks. Of a constant rate, two numbers, however many there are.
class FrameTimes {
 public:
  /// Later than all before it.
  void push_back(std::int64_t time);

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::int64_t operator[](std::size_t frame) const {
    return listed_.empty() ? static_cast<std::int64_t>(first_ + frame * step_) : listed_[frame];
  }
  /// Throws std::out_of_range.
  std::int64_t at(std::size_t frame) const;
  std::int64_t front() const { return (*this)[0]; }
  std::int64_t back() const { return (*this)[size_ - 1]; }

  /// The first frame that is shown at `time` or later; `size()`: none.
  std::size_t from(std::int64_t time) const;
  /// The first frame that is shown later; `size()`: none.
  std::size_t after(std::int64_t time) const {
    const std::size_t frame = from(time);
    return frame < size_ && (*this)[frame] == time ? frame + 1 : frame;
  }

  friend bool operator==(const FrameTimes&, const FrameTimes&) = default;

 private:
  std::uint64_t first_ = 0, step_ = 0;  ///< where the steps are equal; unsigned: they may wrap around
  std::size_t size_ = 0;
  std::vector<std::int64_t> listed_{};  ///< where they are not; else empty
};

}  // namespace pgt::video
