#include "train/bad_videos.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace pgt::train {

void BadVideos::note_unreadable(const walk::ClipBatch& batch) {
  for (const auto& [clip, file] : batch.unreadable) note(batch.clips[clip].index, file);
}

void BadVideos::note_failed(const walk::ClipBatch& batch, const std::vector<video::FailedRow>& rows) {
  for (const video::FailedRow& row : rows) {
    const walk::ClipChoice& clip = batch.clip_of(row.row);
    note(clip.index, {clip.sample.id, clip.sample.path.string(), row.reason, "train"});
  }
}

void BadVideos::note(std::size_t video, const run::BadFile& file) {
  std::vector<std::size_t>& bad = progress_.bad_videos;
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
