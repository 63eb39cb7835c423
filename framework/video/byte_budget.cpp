#include "video/byte_budget.hpp"

#include <algorithm>

namespace pgt::video {

void ByteBudget::count(std::size_t bytes) {
  ++fragments_;
  bytes_ += bytes;
  most_bytes_ = std::max(most_bytes_, bytes_);
}

bool ByteBudget::take(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  refused_ = fragments_ > 0 && (bytes_ + bytes > limit_ || fragments_ >= most_fragments);
  if (!refused_) count(bytes);
  return !refused_;
}

void ByteBudget::take_anyway(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  count(bytes);
}

void ByteBudget::give_back(std::size_t bytes) {
  {
    const std::lock_guard lock(mutex_);
    --fragments_;
    bytes_ -= bytes;
    refused_ = false;
  }
  changed_.notify_all();
}

void ByteBudget::wait(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, stop, [this] { return !refused_; });
}

std::size_t ByteBudget::most_bytes() const {
  const std::lock_guard lock(mutex_);
  return most_bytes_;
}

}  // namespace pgt::video
