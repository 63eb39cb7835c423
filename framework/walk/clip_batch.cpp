#include "walk/clip_batch.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "base/error.hpp"
#include "config/setting_error.hpp"
#include "video/evaluation_transform.hpp"
#include "walk/planner.hpp"

namespace pgt::walk {
namespace {

/// Where the plan says another size than data.size, the short side changes with it: the network sees the same part of
/// a picture, in more or fewer pixels.
std::vector<int> short_side(int size, const config::DataOptions& data) {
  if (data.short_side.empty()) return {size, size};
  std::vector<int> sides;
  for (const std::int64_t side : data.short_side) {
    const double scaled = static_cast<double>(side * size) / static_cast<double>(data.size);
    sides.push_back(std::max(size, static_cast<int>(std::lround(scaled))));
  }
  return sides;
}

video::ClipRequest request(const ClipChoice& clip, const PlanWalk& walk, std::shared_ptr<const video::VideoIndex> index,
                           const config::DataOptions& data) {
  video::ClipRequest row;
  row.frames = frames_of(clip, walk, *index, data);
  const int size = static_cast<int>(size_of(walk, data));
  if (clip.draw) {
    const std::vector<int> side = short_side(size, data);
    row.transform = video::draw_transform(
        index->width, index->height, size, {side[0], side[1], data.short_side_draw == config::ShortSideDraw::inverse},
        data.flip && clip.may_mirror, clip.seed, static_cast<std::uint64_t>(clip.epoch), clip.unit());
    if (clip.augment != nullptr) {
      row.augmentation = video::draw_augmentation(*clip.augment, data.mean, size, size, clip.seed,
                                                  static_cast<std::uint64_t>(clip.epoch), clip.unit());
    }
  } else {
    row.transform = video::evaluation_transform(index->width, index->height, size, clip.crop, clip.crops);
  }
  row.index = std::move(index);
  return row;
}

}  // namespace

void ClipBatch::decode_again() {
  stream = std::make_shared<video::FragmentStream>(
      loader, requests, [plan = walk, count = frames](std::int64_t index) { return plan.positions(index, count); });
}

std::vector<std::size_t> ClipBatch::videos() const {
  std::vector<std::size_t> videos;
  for (const std::size_t row : rows) videos.push_back(clips[row].unit());
  return videos;
}

std::vector<std::string> ClipBatch::files() const {
  std::vector<std::string> files;
  for (const std::size_t row : rows) files.push_back(clips[row].sample.path.string());
  return files;
}

std::vector<std::vector<double>> ClipBatch::window_seconds(std::size_t row, const sdk::Step& step) const {
  const video::ClipRequest& clip = requests[row];
  std::vector<std::vector<double>> stretches(1);
  for (const std::int64_t position : walk.window(step)) {
    const double seconds = clip.frames.at(*clip.index, position).seconds;
    if (!stretches.back().empty() && seconds < stretches.back().back()) stretches.emplace_back();
    stretches.back().push_back(seconds);
  }
  return stretches;
}

sdk::Target ClipBatch::target(const sdk::Dataset& dataset, sdk::Split split, std::size_t row,
                              const sdk::Step& step) const {
  const std::vector<std::vector<double>> stretches = window_seconds(row, step);
  const std::size_t sample = clips[rows[row]].index;
  sdk::Target target = dataset.target(split, sample, stretches.front());
  for (std::size_t i = 1; i < stretches.size(); ++i) {
    const sdk::Target seen = dataset.target(split, sample, stretches[i]);
    std::vector<std::int64_t> classes;
    std::ranges::set_union(target.classes, seen.classes, std::back_inserter(classes));
    target.classes = std::move(classes);
  }
  return target;
}

video::ClipFrames frames_of(const ClipChoice& clip, const PlanWalk& walk, const video::VideoIndex& index,
                            const config::DataOptions& data) {
  video::ClipPlace place;
  place.start = clip.sample.start;
  place.end = clip.sample.end;
  place.lane = static_cast<std::int64_t>(clip.lane);
  place.lanes = static_cast<std::int64_t>(clip.lanes);
  place.frames = walk.frames();
  place.stride = walk.grid_stride();
  if (clip.draw) place.draw = {clip.seed, static_cast<std::uint64_t>(clip.epoch), clip.unit()};
  place.view = clip.view;
  place.views = clip.views;
  if (clip.sample.anchor) place.anchor = {*clip.sample.anchor, walk.anchor()};
  return video::sample_clip(index, place, data);
}

std::shared_ptr<video::Loader> make_loader(const config::DataOptions& data, std::int64_t clips_per_video,
                                           std::pmr::memory_resource* memory) {
  return std::make_shared<video::Loader>(
      static_cast<int>(data.threads), static_cast<std::size_t>(data.prefetch) * 1'000'000, clips_per_video > 1, memory);
}

std::unique_ptr<ClipBatch> open_batch(PlanWalk walk, std::vector<ClipChoice> clips, video::IndexCache& videos,
                                      const std::shared_ptr<video::Loader>& loader, const config::DataOptions& data,
                                      const std::string& phase, const std::optional<MiddleOfClip>& middle) {
  auto batch = std::make_unique<ClipBatch>(
      ClipBatch{.walk = std::move(walk), .clips = std::move(clips), .rows = {}, .requests = {}, .unreadable = {}});
  batch->loader = loader;
  for (std::size_t i = 0; i < batch->clips.size(); ++i) {
    const ClipChoice& clip = batch->clips[i];
    try {
      const auto index = index_of(clip, videos, data, loader->stop.get_token());
      batch->requests.push_back(request(clip, batch->walk, index, data));
      batch->rows.push_back(i);
      batch->frames = std::max(batch->frames, batch->requests.back().frames.count);
    } catch (const video::VideoError& error) {
      batch->unreadable.push_back({i, {clip.sample.id, clip.sample.path.string(), error.reason(), phase}});
    }
  }
  const auto positions = [plan = batch->walk, frames = batch->frames](std::int64_t index) {
    return plan.positions(index, frames);
  };
  batch->resumed = middle && middle->videos == batch->videos();
  if (!batch->resumed) {
    batch->stream = std::make_shared<video::FragmentStream>(loader, batch->requests, positions);
  } else if (middle->alive.empty()) {  // all rows have ended: nothing is decoded
    batch->stream = std::make_shared<video::FragmentStream>(loader, std::vector<video::ClipRequest>{}, positions);
  } else {
    batch->stream =
        std::make_shared<video::FragmentStream>(loader, batch->requests, positions, middle->step, middle->alive);
  }
  return batch;
}

std::vector<std::int64_t> places_of(const std::vector<std::size_t>& rows, const std::vector<std::size_t>& alive) {
  std::vector<std::int64_t> places;
  for (const std::size_t row : rows) {
    places.push_back(std::lower_bound(alive.begin(), alive.end(), row) - alive.begin());
  }
  return places;
}

}  // namespace pgt::walk
