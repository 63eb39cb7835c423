/// Decodes wanted frames of one file, forwards, in one pass; or has a dataset make them (made_video.hpp).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>

#include "video/transform.hpp"
#include "video/video.hpp"

namespace pgt::video {

/// A decoded picture as it is stored: not turned, not converted.
struct StoredPicture {
  std::string planes;  ///< tightly packed
  int width = 0;
  int height = 0;
  std::int64_t duration = 0;  ///< that the container gives it, in the index's time base; 0 where it gives none
};

/// Thread: one at a time. Seeks only when the next wanted frame is after a later random-access point or backwards;
/// verifies where the seek arrived. The bits do not depend on `threads` (of the codec).
class Reader {
 public:
  /// Opens the video. Throws VideoError. Everything here gives up with Stopped soon after `stop` is requested.
  explicit Reader(std::shared_ptr<const VideoIndex> index, int threads = 1, std::stop_token stop = {});
  ~Reader();
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;

  /// Something to be made of each picture, and where it goes.
  struct Cut {
    Transform transform;
    std::uint8_t* out;
  };
  /// Writes RGB of every frame of `frames` (ascending, repeats allowed), one after the other, each height × width × 3
  /// bytes, to each cut's `out`. Throws VideoError when a frame cannot be decoded.
  void read(std::span<const std::int64_t> frames, std::span<const Cut> cuts);
  void read(std::span<const std::int64_t> frames, const Transform& transform, std::uint8_t* out);

  /// For fingerprints. Throws VideoError when the frame cannot be decoded.
  StoredPicture read_stored(std::int64_t frame);

  const VideoIndex& index() const;
  int threads() const;
  /// The frame that was decoded last; below 0: none, or what follows from it is not to be trusted.
  std::int64_t position() const;
  void set_stop(std::stop_token stop);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pgt::video
