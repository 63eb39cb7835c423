#include "walk/moments.hpp"

#include <algorithm>
#include <cmath>

namespace pgt::walk {
namespace {

/// Places in a clip are counted in its frames: frame f lasts from f to f + 1.
class ClipTime {
 public:
  explicit ClipTime(const video::ClipRequest& clip) : frames_(clip.frames), index_(*clip.index) {}

  /// Whether the video has a frame of its own there.
  bool shown(double place) const {
    const auto frame = static_cast<std::int64_t>(std::floor(place));
    return frame < frames_.count && frame % frames_.period < frames_.own;
  }

  double second(double place) const {
    const auto period = static_cast<double>(frames_.period);
    const double within = place < period ? place : std::fmod(place, period);
    if (frames_.segments == 0) return frames_.start + within * length();
    const double frame = std::floor(within);
    return frames_.at(index_, static_cast<std::int64_t>(frame)).seconds + (within - frame) * length();
  }

  /// Seconds that a frame of the clip stands for.
  double length() const {
    if (frames_.segments == 0) return frames_.step > 0 ? frames_.step : 1 / index_.fps;  // uniform ones of one frame
    const double stretch = index_.seconds(frames_.last) - index_.seconds(frames_.first) + 1 / index_.fps;
    return stretch / static_cast<double>(frames_.segments);
  }

 private:
  const video::ClipFrames& frames_;
  const video::VideoIndex& index_;
};

}  // namespace

std::vector<MomentPart> moment_parts(const ClipBatch& batch, std::size_t row, const sdk::Step& step,
                                     std::int64_t moments) {
  const sdk::FrameRange frames = batch.walk.new_frames(step);
  const double size = static_cast<double>(frames.end - frames.begin) / static_cast<double>(moments);
  const ClipTime time(batch.requests[row]);
  const double last = batch.requests[row].index->duration();
  std::vector<MomentPart> parts;
  for (std::int64_t i = 0; i < moments; ++i) {
    const double first = static_cast<double>(frames.begin) + static_cast<double>(i) * size;
    const double begin = time.second(first), end = begin + size * time.length(), middle = (begin + end) / 2;
    const bool shown = first == 0 || time.shown(first + size / 2);  // a video may end before its first moment's middle
    parts.push_back({begin, end, middle < last ? middle : (begin + last) / 2, shown});
  }
  return parts;
}

std::vector<sdk::Target> moment_targets(const ClipBatch& batch, const std::vector<std::size_t>& rows,
                                        const sdk::Step& step, std::int64_t moments, const sdk::Dataset& dataset,
                                        sdk::Split split) {
  std::vector<sdk::Target> targets;
  for (const std::size_t row : rows) {
    for (const MomentPart& part : moment_parts(batch, row, step, moments)) {
      sdk::Target& target = targets.emplace_back();
      target.labelled = part.shown;
      if (!part.shown) continue;
      target = dataset.target(split, batch.clip_of(row).index, {&part.second, 1});
    }
  }
  return targets;
}

}  // namespace pgt::walk
