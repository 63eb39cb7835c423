/// Readers kept open for the next clip of their video.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <stop_token>

#include "video/reader.hpp"

namespace pgt::video {

/// A clip that starts after the one before it continues from there: nothing is opened, and what both need of a group of
/// pictures is decoded once. Pictures do not depend on it. Thread: any.
class ReaderPool {
 public:
  /// Keeps `most` readers, those that were parked last.
  explicit ReaderPool(std::size_t most) : most_(most) {}

  /// A reader of the video that will be asked for `frame` first: one that was parked (the nearest before `frame`), or a
  /// new one. Throws as Reader.
  Reader take(const std::shared_ptr<const VideoIndex>& index, std::int64_t frame, int threads, std::stop_token stop);
  /// Not for one that has failed or was stopped.
  void park(Reader reader);
  /// Readers that are parked.
  std::size_t size() const;

 private:
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::list<Reader> parked_;  ///< the last one parked comes first
};

}  // namespace pgt::video
