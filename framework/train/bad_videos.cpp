#include "train/bad_videos.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "dist/gather.hpp"

namespace pgt::train {

void BadVideos::note_unreadable(const walk::ClipBatch& batch) {
  std::vector<Bad> bad;
  for (const auto& [clip, file] : batch.unreadable) bad.push_back({batch.clips[clip].index, file});
  note_all(bad);
}

void BadVideos::note_failed(const walk::ClipBatch& batch, const std::vector<video::FailedRow>& rows) {
  std::vector<Bad> bad;
  for (const video::FailedRow& row : rows) {
    const walk::ClipChoice& clip = batch.clip_of(row.row);
    bad.push_back({clip.index, {clip.sample.id, clip.sample.path.string(), row.reason, "train"}});
  }
  note_all(bad);
}

void BadVideos::note_all(const std::vector<Bad>& own) {
  for (const std::vector<Bad>& of_rank : dist::gather(group_, own)) {
    for (const Bad& bad : of_rank) note(bad);
  }
}

void BadVideos::note(const Bad& bad_video) {
  std::vector<std::size_t>& bad = progress_.bad_videos;
  const auto& [video, file] = bad_video;
  if (std::ranges::find(bad, video) != bad.end()) return;
  bad.push_back(video);
  observer_.bad_file(file);
  if (static_cast<double>(bad.size()) <= most_fraction_ * static_cast<double>(videos_)) return;
  throw Error(ExitCode::data,
              std::to_string(bad.size()) + " of the " + std::to_string(videos_) +
                  " training videos cannot be read, more than data.max_bad_fraction allows; the last: " + file.path +
                  ": " + file.reason);
}

}  // namespace pgt::train
