/// What an index keeps for its readers. Private to this folder.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <pgt/sdk/frame_source.hpp>

#include "video/ffmpeg.hpp"
#include "video/video.hpp"

namespace pgt::video {

/// A picture is known by its packet's *stamp*: its presentation time; where the stream has none, its decoding time;
/// where these do not tell the packets apart (streams without a container, recordings joined end to end), its place in
/// the file, and then every run begins at the file's beginning.
enum class StampKind : std::uint8_t { presentation, decoding, place };

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
  StampKind stamp_kind = StampKind::presentation;
  std::vector<Key> keys;      ///< ascending
  std::vector<Stamp> stamps;  ///< ascending by stamp; empty where the stamps are `VideoIndex::pts`

  /// Where a dataset makes the pictures: what does so. There is no stream then, and nothing above.
  std::function<std::unique_ptr<sdk::FrameReader>()> make_reader;
};

/// The frame that a stamp belongs to; nothing where it is not shown.
std::optional<std::int64_t> frame_of(const VideoIndex& index, std::int64_t stamp);

/// The last random-access point from which `frame` can be decoded; 0 for the file's beginning.
std::size_t key_before(const VideoIndex& index, std::int64_t frame);

}  // namespace pgt::video
