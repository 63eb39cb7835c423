/// The training loop: epochs, and the iterations of each, a batch of clips an iteration.
///
/// Knows no particular model, dataset or schedule, no file and no screen: it is given parts, and asks and tells its
/// surroundings.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "train/bad_videos.hpp"
#include "train/clip_trainer.hpp"
#include "train/comparison.hpp"
#include "train/learner.hpp"
#include "train/parts.hpp"
#include "train/state.hpp"
#include "train/surroundings.hpp"
#include "video/index_cache.hpp"
#include "walk/clip_batch.hpp"
#include "walk/steps.hpp"

namespace pgt::train {

class Loop {
 public:
  /// `metadata` goes into every checkpoint.
  Loop(Parts parts, Surroundings surroundings, std::map<std::string, std::string> metadata);

  /// Takes over where the checkpoint was made.
  void restore(const Checkpoint& checkpoint);
  /// Forgets what was done of the batch that is under way: carry, gradients and figures. Its first step is next. With
  /// train.accumulate the update then lacks the batches that were gathered before it.
  void start_clip_again();
  /// Trains to the end, or until nothing gets better (`early_end`). False: it was told to stop, and the state is saved.
  bool run();
  const Progress& progress() const { return progress_; }

 private:
  bool train_epoch();
  /// The rest of the epoch's batches. Nothing where memory ran out and the clip begins again with fewer rows at a time.
  std::optional<bool> train_batches();
  std::optional<Score> validate();
  bool train_batch(walk::ClipBatch& batch);
  /// Of a step, counted from 1, for an error: "model "slow", epoch 1, iteration 3 of the training, step 2".
  std::string place(std::int64_t step) const;
  /// Between two steps: the one place where it is decided whether to save and whether to continue, the same on all
  /// ranks. `steps` walk over the clip under way; null between two clips, and before a resumed one continues.
  bool go_on(const walk::Steps* steps = nullptr);
  /// All ranks bring together what there is, and rank 0 keeps it.
  void save(const std::string& name, const walk::Steps* steps = nullptr);
  /// Whether to give up waiting for frames. A rank that has company waits: the others do.
  bool may_wait_no_more() { return group_.alone() && around_.control.stop(); }

  Parts parts_;
  dist::Group& group_;
  Surroundings around_;
  std::map<std::string, std::string> metadata_;
  dist::BatchSums sums_;
  Lesson lesson_;
  Learner learner_;
  Comparison comparison_;
  std::int64_t updates_;            ///< in an epoch of batches of train.batch_size: for the learning rate
  std::int64_t in_this_epoch_ = 0;  ///< iterations of the present epoch, as its plans say
  video::IndexCache videos_;
  Progress progress_;
  BadVideos bad_videos_;
  std::map<std::string, at::Tensor>
      resumed_;  ///< the carry of the clip that a run was resumed in, until that continues
};

}  // namespace pgt::train
