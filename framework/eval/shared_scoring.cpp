#include "eval/shared_scoring.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "dist/gather.hpp"

namespace pgt::sdk {

template <typename Archive>
void members(Archive& archive, Segment& segment) {
  archive(segment.start, segment.end, segment.label);
}

}  // namespace pgt::sdk

namespace pgt::eval {

template <typename Archive>
void members(Archive& archive, LocalisedSecond& second) {
  archive(second.second, second.probabilities, second.classes);
}

template <typename Archive>
void members(Archive& archive, Scored& video) {
  archive(video.index, video.probabilities, video.classes, video.loss, video.clips, video.first_second,
          video.last_second, video.localised);
}

template <typename Archive>
void members(Archive& archive, MomentTrack::Truth& truth) {
  archive(truth.classes, truth.labelled);
}

template <typename Archive>
void members(Archive& archive, MomentTrack& track) {
  archive(track.start, track.rate, track.classes, track.probabilities, track.truth, track.segments);
}

template <typename Archive>
void members(Archive& archive, Result& result) {
  archive(result.scored, result.missing, result.missing_videos, result.tracks);
}

namespace {

template <typename T>
void append(std::vector<T>& all, std::vector<T>& more) {
  std::ranges::move(more, std::back_inserter(all));
}

/// In the order in which `places` ascend.
template <typename T>
void sort_by(std::vector<T>& values, const std::vector<std::size_t>& places) {
  if (values.size() != places.size()) return;  // no tracks
  std::vector<std::size_t> order(places.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return places[i]; });
  std::vector<T> sorted;
  for (const std::size_t i : order) sorted.push_back(std::move(values[i]));
  values = std::move(sorted);
}

}  // namespace

std::vector<std::int64_t> own_batches(const dist::Group& group, std::int64_t clips, std::int64_t of_video,
                                      std::int64_t batch_size) {
  const std::int64_t all = (clips + batch_size - 1) / batch_size;
  const std::int64_t together = std::lcm(of_video, batch_size) / batch_size;  // that begin and end with a video
  std::vector<std::int64_t> own;
  for (std::int64_t batch = 0; batch < all; ++batch) {
    if (batch / together % group.size() == group.rank()) own.push_back(batch);
  }
  return own;
}

void gather(dist::Group& group, Result& result) {
  if (group.alone()) return;
  Result all;
  all.key_frames = std::move(result.key_frames);
  for (Result& part : dist::gather(group, std::move(result))) {
    append(all.scored, part.scored);
    append(all.missing, part.missing);
    append(all.missing_videos, part.missing_videos);
    append(all.tracks, part.tracks);
  }
  std::vector<std::size_t> places;
  for (const Scored& video : all.scored) places.push_back(video.index);
  sort_by(all.tracks, places);
  sort_by(all.scored, places);
  sort_by(all.missing, all.missing_videos);
  std::ranges::sort(all.missing_videos);
  result = std::move(all);
}

}  // namespace pgt::eval
