/// Which frames of its video a clip shows. For users: docs/sampling.md.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "config/run_options.hpp"
#include "video/video.hpp"

namespace pgt::video {

/// Where in its video a clip may be, and how many frames it has.
struct ClipPlace {
  /// What training draws from: equal keys draw alike (base/random.hpp).
  struct Draw {
    std::uint64_t seed = 0;
    std::uint64_t epoch = 0;
    std::uint64_t sample = 0;
    bool operator==(const Draw&) const = default;
  };
  /// A moment of the video that a certain frame of the clip shows.
  struct Anchor {
    double seconds = 0;         ///< from the video's first frame
    std::int64_t position = 0;  ///< of the clip's frame
  };

  double start = 0;                                      ///< seconds from the video's first frame
  double end = std::numeric_limits<double>::infinity();  ///< seconds; beyond the video: to its end
  std::int64_t lane = 0, lanes = 1;                      ///< of that, the lane of so many of equal length
  std::int64_t frames = 0;                               ///< of the clip; 0: all that there are
  std::int64_t stride = 1;                               ///< sampled frames from one frame of the clip to the next
  std::optional<Draw> draw{};                            ///< training; else view `view` of `views` is taken
  std::int64_t view = 0, views = 1;
  std::optional<Anchor> anchor{};  ///< then nothing is drawn, and there is one view
};

/// The rule by which a clip shows frames of its video: a few numbers, however long the clip is.
struct ClipFrames {
  struct Shown {
    std::int64_t frame;  ///< of the video
    double seconds;      ///< the moment that it shows, from the video's first frame
  };
  /// What the clip shows at `position`, counted from its first frame; after its end the last one is held.
  Shown at(const VideoIndex& index, std::int64_t position) const;

  std::int64_t count = 0;     ///< frames of the clip; a row leaves the batch at the first fragment that has none
  std::int64_t period = 0;    ///< frames of the clip after which it starts over; `count`: it does not
  std::int64_t own = 0;       ///< frames of the clip that the video has; the others are held, looped or left out
  std::int64_t first = 0;     ///< the first frame of the video that may be shown …
  std::int64_t last = 0;      ///< … and the last
  double start = 0;           ///< seconds from the video's first frame to the clip's
  double step = 0;            ///< seconds from one frame of the clip to the next
  std::int64_t segments = 0;  ///< over 0: a frame of each of so many segments, whatever `start` and `step` are
  std::optional<ClipPlace::Draw> draw{};  ///< of segments: which frame; else that of view `view` of `views`
  std::int64_t view = 0, views = 1;
  bool operator==(const ClipFrames&) const = default;
};

/// Throws Error(config) where [data] sampling cannot serve such clips, whatever the video.
void check_sampling(const ClipPlace& place, const config::DataOptions& data);

/// The clip at `place` as [data] wants it (`sampling`, `short`, `fps`). Throws VideoError where the video ends before
/// the place begins, and where it is too short and such videos are to be skipped; Error(config) as check_sampling.
/// Source: docs/method.md M5.2 to M5.5.
ClipFrames sample_clip(const VideoIndex& index, const ClipPlace& place, const config::DataOptions& data);

}  // namespace pgt::video
