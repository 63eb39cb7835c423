/// Training videos that cannot be read: each is reported once, and too many end the run.
#pragma once

#include <cstddef>
#include <vector>

#include "dist/group.hpp"
#include "run/events.hpp"
#include "train/progress.hpp"
#include "video/fragment_stream.hpp"
#include "walk/clip_batch.hpp"

namespace pgt::train {

/// Every rank notes what any of them has found: all ranks call the same functions.
class BadVideos {
 public:
  /// Of `videos` training videos, `most_fraction` may be bad. What is found is kept in `progress`.
  BadVideos(std::size_t videos, double most_fraction, run::Observer& observer, Progress& progress, dist::Group& group)
      : videos_(videos), most_fraction_(most_fraction), observer_(observer), progress_(progress), group_(group) {}

  /// Clips of the batch that could not be opened. Throws Error(data) when there are too many.
  void note_unreadable(const walk::ClipBatch& batch);
  /// Rows of the batch that broke on the way. The same.
  void note_failed(const walk::ClipBatch& batch, const std::vector<video::FailedRow>& rows);

 private:
  struct Bad {
    std::size_t video;
    run::BadFile file;

    template <typename Archive>
    friend void members(Archive& archive, Bad& bad) {
      archive(bad.video, bad.file);
    }
  };
  /// This rank's, and then those of all ranks.
  void note_all(const std::vector<Bad>& own);
  void note(const Bad& bad);

  std::size_t videos_;
  double most_fraction_;
  run::Observer& observer_;
  Progress& progress_;
  dist::Group& group_;
};

}  // namespace pgt::train
