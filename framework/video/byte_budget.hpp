/// How much of what is decoded may wait for the network.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <stop_token>

namespace pgt::video {

/// Counts the fragments that are being decoded or are ready, and their bytes. One may wait whatever its size: there is
/// always one ahead. Beyond that they stay within `limit` bytes, and are at most eight: more would not help, and
/// memory stays a multiple of a step's. Thread: any.
class ByteBudget {
 public:
  static constexpr std::size_t most_fragments = 8;

  explicit ByteBudget(std::size_t limit) : limit_(limit) {}

  /// Counts a fragment of that many bytes, if there is room.
  bool take(std::size_t bytes);
  /// Counts it even if there is no room: it is being waited for.
  void take_anyway(std::size_t bytes);
  void give_back(std::size_t bytes);
  /// Waits until something was given back after `take` said no, or `stop` is requested.
  void wait(const std::stop_token& stop);
  /// The most bytes that have waited at a time.
  std::size_t most_bytes() const;

 private:
  void count(std::size_t bytes);

  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::size_t bytes_ = 0;
  std::size_t fragments_ = 0;
  std::size_t most_bytes_ = 0;
  bool refused_ = false;
};

}  // namespace pgt::video
