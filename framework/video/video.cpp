#include "video/video.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "video/stream_details.hpp"
#include "video/time_base.hpp"

namespace pgt::video {
namespace {

TimeBase time_base_of(const VideoIndex& index) { return {index.time_base_num, index.time_base_den}; }

}  // namespace

VideoError::VideoError(std::filesystem::path file, std::string reason)
    : Error(ExitCode::data, file.string() + ": " + reason), file_(std::move(file)), reason_(std::move(reason)) {}

double VideoIndex::seconds(std::int64_t frame) const {
  return time_base_of(*this).seconds(pts.at(static_cast<std::size_t>(frame)) - pts.front());
}

double VideoIndex::duration() const { return time_base_of(*this).seconds(end_pts - pts.front()); }

std::int64_t VideoIndex::frame_at(double seconds) const {
  if (!(seconds > 0)) return 0;
  if (seconds >= duration()) return frames() - 1;
  return static_cast<std::int64_t>(pts.after(pts.front() + time_base_of(*this).tick_at(seconds, grace))) - 1;
}

std::optional<std::int64_t> frame_of(const VideoIndex& index, std::int64_t stamp) {
  if (index.details->stamp_kind != StampKind::presentation) {
    const auto& stamps = index.details->stamps;
    const auto found = std::ranges::lower_bound(stamps, stamp, {}, &StreamDetails::Stamp::stamp);
    if (found == stamps.end() || found->stamp != stamp) return std::nullopt;
    return found->frame;
  }
  const std::size_t frame = index.pts.from(stamp);
  if (frame == index.pts.size() || index.pts[frame] != stamp) return std::nullopt;
  return static_cast<std::int64_t>(frame);
}

std::size_t key_before(const VideoIndex& index, std::int64_t frame) {
  const auto& keys = index.details->keys;
  const auto later = std::ranges::upper_bound(keys, frame, {}, &StreamDetails::Key::frame);
  return later == keys.begin() ? 0 : static_cast<std::size_t>(later - keys.begin() - 1);
}

}  // namespace pgt::video
