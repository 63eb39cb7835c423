/// What an index keeps for its readers. Private to this folder.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "video/ffmpeg.hpp"
#include "video/video.hpp"

namespace pgt::video {

/// A picture is known by its *stamp*: its packet's presentation time, or, in streams that have none, its decoding time.
struct StreamDetails {
  struct Key {
    std::int64_t frame;  ///< the first one shown at or after this random-access point
    std::int64_t stamp;
  };
  struct Stamp {
    std::int64_t stamp;
    std::int64_t frame;
  };

  ParametersPtr parameters;
  bool stamp_is_dts = false;
  std::vector<Key> keys;      ///< ascending
  std::vector<Stamp> stamps;  ///< ascending by stamp; empty where the stamps are `VideoIndex::pts`
};

/// The frame that a stamp belongs to; nothing where it is not shown.
std::optional<std::int64_t> frame_of(const VideoIndex& index, std::int64_t stamp);

/// The last random-access point from which `frame` can be decoded; 0 for the file's beginning.
std::size_t key_before(const VideoIndex& index, std::int64_t frame);

}  // namespace pgt::video
