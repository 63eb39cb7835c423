#include "train/clip_batch.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/random.hpp"

namespace pgt::train {
namespace {

/// The frames [first, end) of the video that the sample spans.
std::pair<std::int64_t, std::int64_t> span_of(const sdk::Sample& sample, const video::VideoIndex& index) {
  if (sample.start >= index.duration()) {
    throw video::VideoError(sample.path, "the sample starts at " + std::to_string(sample.start) +
                                             " s, but the video lasts " + std::to_string(index.duration()) + " s");
  }
  const std::int64_t first = index.frame_at(sample.start);
  std::int64_t end = index.frames();
  if (sample.end < index.duration()) {
    end = index.frame_at(sample.end);
    if (index.seconds(end) < sample.end) ++end;  // the frame shown when the sample ends belongs to it
  }
  return {first, std::max(end, first + 1)};
}

/// The clip's first frame. It is a frame of the video's own, so that a clip at the video's own rate takes each frame
/// once, whatever the rounding of times.
std::int64_t start_frame(const ClipChoice& clip, std::int64_t first, std::int64_t end, std::int64_t covered) {
  const std::int64_t slack = std::max<std::int64_t>(0, end - first - covered);
  if (clip.draw) {
    Random random(clip.seed, static_cast<std::uint64_t>(clip.epoch), clip.index, Purpose::clip_start);
    return first + random.integer(0, slack);
  }
  if (clip.views == 1) return first + slack / 2;
  return first + std::llround(static_cast<double>(slack * clip.view) / static_cast<double>(clip.views - 1));
}

/// Seconds at which a clip starts whose last step has the sample's anchor in its middle; below 0 where it begins before
/// the video. It is counted from a frame of the video's own, as above.
double start_before_anchor(const sdk::Sample& sample, const PlanWalk& walk, const video::VideoIndex& index,
                           double frame_step) {
  if (walk.whole_video()) {
    throw Error(ExitCode::config,
                "[schedule] takes whole videos, but the data set's samples are clips around a key frame: give steps a "
                "number");
  }
  if (*sample.anchor >= index.duration()) {
    throw video::VideoError(sample.path, "the sample's key frame is at " + std::to_string(*sample.anchor) +
                                             " s, but the video lasts " + std::to_string(index.duration()) + " s");
  }
  return index.seconds(index.frame_at(*sample.anchor)) - static_cast<double>(walk.anchor()) * frame_step;
}

/// Rows of a batch are one tensor.
void check_one_shape(const std::vector<video::ClipRequest>& requests) {
  const auto text = [](const video::ClipRequest& row) {
    return row.index->file.string() + " (" + std::to_string(row.transform.width) + "x" +
           std::to_string(row.transform.height) + ")";
  };
  for (const video::ClipRequest& row : requests) {
    const video::ClipRequest& first = requests.front();
    if (row.transform.width == first.transform.width && row.transform.height == first.transform.height) continue;
    throw Error(ExitCode::config, "the whole pictures of " + text(first) + " and " + text(row) +
                                      " have different shapes and cannot share a batch: set eval.batch_size = 1");
  }
}

video::ClipRequest request(const ClipChoice& clip, const PlanWalk& walk, std::shared_ptr<const video::VideoIndex> index,
                           const config::DataOptions& data) {
  const auto [first, end] = span_of(clip.sample, *index);
  video::ClipRequest row;
  row.frame_step = static_cast<double>(walk.grid_stride()) / (data.fps > 0 ? data.fps : index->fps);
  const double per_grid_frame = row.frame_step * index->fps;  // frames of the video for one of the clip
  if (clip.sample.anchor) {
    row.frames = walk.frames();
    row.start = start_before_anchor(clip.sample, walk, *index, row.frame_step);
  } else if (walk.whole_video()) {
    row.start = index->seconds(first);
    row.frames = std::max<std::int64_t>(1, std::llround(static_cast<double>(end - first) / per_grid_frame));
  } else {
    row.frames = walk.frames();
    const auto covered =
        static_cast<std::int64_t>(std::ceil(static_cast<double>(row.frames - 1) * per_grid_frame - 1e-6)) + 1;
    row.start = index->seconds(start_frame(clip, first, end, covered));
  }
  row.last_frame = end - 1;
  const int size = static_cast<int>(data.size);
  if (clip.draw) {
    const std::int64_t low = data.short_side.empty() ? data.size : data.short_side[0];
    const std::int64_t high = data.short_side.empty() ? data.size : data.short_side[1];
    row.transform = video::draw_transform(index->width, index->height, size, static_cast<int>(low),
                                          static_cast<int>(high), data.flip && clip.may_mirror, clip.seed,
                                          static_cast<std::uint64_t>(clip.epoch), clip.index);
  } else if (clip.crops == config::EvalOptions::whole_picture) {
    row.transform = video::whole_transform(index->width, index->height, size);
  } else {
    row.transform = video::fixed_transform(index->width, index->height, size, static_cast<int>(clip.crop),
                                           static_cast<int>(clip.crops));
  }
  row.index = std::move(index);
  return row;
}

}  // namespace

std::vector<std::size_t> ClipBatch::videos() const {
  std::vector<std::size_t> videos;
  for (const std::size_t row : rows) videos.push_back(clips[row].index);
  return videos;
}

std::vector<double> ClipBatch::window_seconds(std::size_t row, const sdk::Step& step) const {
  const video::ClipRequest& clip = requests[row];
  std::vector<double> seconds;
  for (const std::int64_t position : walk.window(step)) {
    seconds.push_back(clip.start + static_cast<double>(position) * clip.frame_step);
  }
  return seconds;
}

std::unique_ptr<ClipBatch> open_batch(PlanWalk walk, std::vector<ClipChoice> clips, video::IndexCache& videos,
                                      const config::DataOptions& data, const std::string& phase,
                                      const std::optional<MiddleOfClip>& middle) {
  auto batch =
      std::make_unique<ClipBatch>(ClipBatch{std::move(walk), std::move(clips), {}, {}, {}, {}, 0, false, nullptr});
  for (std::size_t i = 0; i < batch->clips.size(); ++i) {
    const ClipChoice& clip = batch->clips[i];
    try {
      batch->requests.push_back(request(clip, batch->walk, videos.get(clip.sample.path, clip.sample.fps), data));
      batch->rows.push_back(i);
      batch->frames = std::max(batch->frames, batch->requests.back().frames);
    } catch (const video::VideoError& error) {
      batch->unreadable.push_back({clip.sample.id, clip.sample.path.string(), error.reason(), phase});
      batch->unreadable_clips.push_back(i);
    }
  }
  check_one_shape(batch->requests);
  const auto positions = [plan = batch->walk, frames = batch->frames](std::int64_t index) {
    return plan.positions(index, frames);
  };
  batch->goes_on = middle && middle->videos == batch->videos();
  batch->stream = std::make_unique<video::FragmentStream>(batch->requests, positions, static_cast<int>(data.threads),
                                                          batch->goes_on ? middle->step : 0,
                                                          batch->goes_on ? middle->alive : std::vector<std::size_t>{});
  return batch;
}

std::vector<std::int64_t> places_of(const std::vector<std::size_t>& rows, const std::vector<std::size_t>& alive) {
  std::vector<std::int64_t> places;
  for (const std::size_t row : rows) {
    places.push_back(std::lower_bound(alive.begin(), alive.end(), row) - alive.begin());
  }
  return places;
}

BatchFeed::BatchFeed(Open open, std::int64_t first, std::int64_t end)
    : open_(std::move(open)), next_(first), end_(end) {}

std::unique_ptr<ClipBatch> BatchFeed::take() {
  prepare();
  return coming_.valid() ? coming_.get() : nullptr;
}

void BatchFeed::prepare() {
  if (coming_.valid() || next_ >= end_) return;
  coming_ = std::async(std::launch::async, open_, next_++);
}

}  // namespace pgt::train
