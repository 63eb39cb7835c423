#include "session/clip_lengths.hpp"

#include <algorithm>

namespace pgt::session {
namespace {

/// Seconds of what a clip may show of its video.
double stretch_of(const video::VideoIndex& index, const video::ClipFrames& clip) {
  const double end = clip.last + 1 < index.frames() ? index.seconds(clip.last + 1) : index.duration();
  return end - index.seconds(clip.first);
}

/// Steps that have all their frames in a clip of that many.
std::int64_t full_steps(const walk::PlanWalk& plan, std::int64_t frames) {
  std::int64_t index = 0;
  for (std::vector<std::int64_t> read = plan.positions(0, frames); !read.empty() && read.back() < frames;) {
    read = plan.positions(++index, frames);
  }
  return index;
}

}  // namespace

ClipLengths measure_clips(const std::vector<OpenedVideo>& videos, const walk::PlanWalk& plan,
                          const config::DataOptions& data) {
  ClipLengths lengths;
  lengths.frames = plan.frames();
  lengths.steps = static_cast<double>(plan.steps(lengths.frames));
  lengths.most_steps = plan.steps(lengths.frames);
  if (videos.empty()) return lengths;
  lengths.steps = 0;
  lengths.longer_than_all = true;
  double wanted = 0, own = 0;
  std::int64_t most = 0;
  for (const auto& [index, clip] : videos) {
    const std::int64_t frames = lengths.frames > 0 ? lengths.frames : clip.count;
    const double rate = data.fps > 0 ? data.fps : index->fps;
    const double seconds = static_cast<double>(frames * plan.grid_stride()) / rate;
    const bool first = lengths.longest_clip == 0;
    lengths.shortest_clip = first ? seconds : std::min(lengths.shortest_clip, seconds);
    lengths.longest_clip = std::max(lengths.longest_clip, seconds);
    lengths.slowest_rate = first ? rate : std::min(lengths.slowest_rate, rate);
    lengths.fastest_rate = std::max(lengths.fastest_rate, rate);
    lengths.longest_video = std::max(lengths.longest_video, stretch_of(*index, clip));
    lengths.longer_than_all = lengths.longer_than_all && clip.own < frames;
    lengths.steps += static_cast<double>(plan.steps(clip.count)) / static_cast<double>(videos.size());
    wanted += static_cast<double>(frames);
    own += static_cast<double>(clip.own);
    most = std::max(most, clip.own);
  }
  lengths.repeated = 1 - own / wanted;
  lengths.fitting_steps = full_steps(plan, most);
  return lengths;
}

}  // namespace pgt::session
