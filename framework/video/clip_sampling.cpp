#include "video/clip_sampling.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "base/random.hpp"
#include "config/setting_error.hpp"
#include "video/time_base.hpp"

namespace pgt::video {
namespace {

using config::Sampling;
using config::ShortVideo;

/// Frames [first, end) of the video, and when they begin and end.
struct Span {
  std::int64_t first, end;
  double begin_seconds, end_seconds;
  std::int64_t frames() const { return end - first; }
};

Span span_of(const VideoIndex& index, const ClipPlace& place) {
  if (place.start >= index.duration()) {
    throw VideoError(index.file, "the sample starts at " + std::to_string(place.start) + " s, but the video lasts " +
                                     std::to_string(index.duration()) + " s");
  }
  const std::int64_t first = index.frame_at(place.start);
  std::int64_t end = index.frames();
  if (place.end < index.duration()) {
    end = index.frame_at(place.end);
    if (index.seconds(end) < place.end) ++end;  // the frame shown when the sample ends belongs to it
    end = std::max(end, first + 1);
  }
  const auto cut = [&](std::int64_t lane) { return first + (end - first) * lane / place.lanes; };
  Span span{cut(place.lane), std::max(cut(place.lane + 1), cut(place.lane) + 1), 0, 0};
  span.begin_seconds = index.seconds(span.first);
  span.end_seconds = span.end < index.frames() ? index.seconds(span.end) : index.duration();
  return span;
}

/// Place `view` of `views` places that are spread evenly over [0, slack]; of one the middle.
std::int64_t spread(std::int64_t slack, std::int64_t view, std::int64_t views) {
  if (views == 1) return slack / 2;
  return std::llround(static_cast<double>(slack * view) / static_cast<double>(views - 1));
}

/// Seconds at which a clip of `place.frames` frames starts. It starts with a frame of the video's own, so that a clip
/// at the video's own rate takes each frame once, whatever the rounding of times.
double dense_start(const VideoIndex& index, const ClipPlace& place, const Span& span, double step) {
  if (place.anchor) {
    if (place.anchor->seconds >= index.duration()) {
      throw VideoError(index.file, "the sample's key frame is at " + std::to_string(place.anchor->seconds) +
                                       " s, but the video lasts " + std::to_string(index.duration()) + " s");
    }
    return index.seconds(index.frame_at(place.anchor->seconds)) - static_cast<double>(place.anchor->position) * step;
  }
  const double latest = index.seconds(span.end - 1) - static_cast<double>(place.frames - 1) * step;
  const std::int64_t slack = std::max(index.frame_at(latest), span.first) - span.first;
  std::int64_t chosen = 0;
  if (place.draw) {
    Random random(place.draw->seed, place.draw->epoch, place.draw->sample, Purpose::clip_start);
    chosen = random.integer(0, slack);
  } else {
    chosen = spread(slack, place.view, place.views);
  }
  return index.seconds(span.first + chosen);
}

/// The clip's frames that are before the span's end, one `step` after another.
std::int64_t frames_before_end(const VideoIndex& index, const Span& span, double start, double step) {
  const double frames = (span.end_seconds - start - index.grace) / step;
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(frames)));
}

}  // namespace

void check_sampling(const ClipPlace& place, const config::DataOptions& data) {
  if (place.anchor && place.lanes > 1) {
    throw config::SettingError("data.lanes",
                               "data.lanes = " + std::to_string(place.lanes) +
                                   " cuts each video, but the dataset's samples are clips around a key frame: set it "
                                   "to 1");
  }
  if (data.sampling == Sampling::dense) {
    if (!place.anchor || place.frames > 0) return;
    throw config::SettingError(
        "schedule",
        "[schedule] takes whole videos, but the dataset's samples are clips around a key frame: give steps a "
        "number");
  }
  const std::string said =
      data.sampling == Sampling::segment ? "data.sampling = \"segment\"" : "data.sampling = \"uniform\"";
  if (place.frames == 0) {
    throw config::SettingError("data.sampling",
                               said +
                                   " spreads a fixed number of frames over each video, but [schedule] takes all "
                                   "of them: use data.sampling = \"dense\", or give steps a number");
  }
  if (place.anchor) {
    throw config::SettingError("data.sampling",
                               said +
                                   " spreads frames over each video, but the dataset's samples are clips around "
                                   "a key frame: use data.sampling = \"dense\"");
  }
  if (data.sampling == Sampling::uniform && place.views > 1) {
    throw config::SettingError("eval.views", said + " has one view of each video, but eval.views is " +
                                                 std::to_string(place.views) + ": set it to 1");
  }
}

ClipFrames sample_clip(const VideoIndex& index, const ClipPlace& place, const config::DataOptions& data) {
  check_sampling(place, data);
  const Span span = span_of(index, place);
  ClipFrames clip;
  clip.first = span.first;
  clip.last = span.end - 1;
  clip.step = static_cast<double>(place.stride) / (data.fps > 0 ? data.fps : index.fps);
  if (place.frames == 0) {
    clip.start = span.begin_seconds;
    clip.count = whole_frames(span.end_seconds - span.begin_seconds, index.grace, clip.step);
    clip.period = clip.own = clip.count;
    return clip;
  }

  const bool dense = data.sampling == Sampling::dense;
  if (dense) clip.start = dense_start(index, place, span, clip.step);
  const std::int64_t there = dense ? frames_before_end(index, span, clip.start, clip.step) : span.frames();
  const bool too_short = there < place.frames && !place.anchor;
  if (too_short && data.too_short == ShortVideo::skip) {
    throw VideoError(index.file, "is too short: it has " + std::to_string(there) + " of the clip's " +
                                     std::to_string(place.frames) + " frames (data.short = \"skip\")");
  }
  const bool fewer = too_short && data.too_short != ShortVideo::hold;
  clip.own = too_short ? there : place.frames;
  clip.period = fewer ? there : place.frames;
  clip.count = data.too_short == ShortVideo::mask ? clip.period : place.frames;
  if (data.sampling == Sampling::segment) {
    clip.segments = clip.period;
    clip.draw = place.draw;
    clip.view = place.view;
    clip.views = place.views;
  } else if (data.sampling == Sampling::uniform) {
    const bool one = clip.period == 1;
    const double last = index.seconds(clip.last);
    clip.start = one ? index.seconds(clip.first + spread(clip.last - clip.first, 0, 1)) : span.begin_seconds;
    clip.step = one ? 0 : (last - clip.start) / static_cast<double>(clip.period - 1);
  }
  return clip;
}

ClipFrames::Shown ClipFrames::at(const VideoIndex& index, std::int64_t position) const {
  const std::int64_t place = std::min(position, count - 1) % period;
  if (segments == 0) {
    const double seconds =
        std::clamp(start + static_cast<double>(place) * step, index.seconds(first), index.seconds(last));
    return {std::clamp(index.frame_at(seconds), first, last), seconds};
  }
  // Borders as in the reference (docs/method.md M5.4): halves go to the even frame, and neighbours share their border.
  const double length = static_cast<double>(last - first) / static_cast<double>(segments);
  const auto border = [&](std::int64_t i) { return std::llrint(length * static_cast<double>(i)); };
  const std::int64_t left = border(place), right = border(place + 1);
  std::int64_t frame = first + left;
  if (draw) {
    const std::uint64_t segment = mix({draw->sample, static_cast<std::uint64_t>(place)});
    frame += Random(draw->seed, draw->epoch, segment, Purpose::clip_start).integer(0, right - left);
  } else {
    frame += (right - left) * (2 * view + 1) / (2 * views);
  }
  return {frame, index.seconds(frame)};
}

}  // namespace pgt::video
