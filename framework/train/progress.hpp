/// Where a run is: what a checkpoint says beside its tensors.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "run/events.hpp"
#include "train/score.hpp"

namespace pgt::train {

/// Where a run is in the batch of clips that is under way.
struct ClipProgress {
  std::int64_t step = 0;                ///< the step to do next; over 0: in the middle of the clip
  std::vector<std::size_t> videos;      ///< of each row: walk::ClipChoice::unit()
  std::vector<std::size_t> alive;       ///< rows that are still in the batch
  std::int64_t failed = 0;              ///< rows that have left because their video broke
  std::vector<double> step_losses;      ///< of each step so far: the mean over its rows …
  std::vector<std::int64_t> step_rows;  ///< … and how many those were; where moments are scored, the labelled ones
  std::vector<int> correct;     ///< of each row: whether its last prediction so far is right; of moments, how many
  std::vector<double> weights;  ///< of each row: in the divisor of a step's loss; 0 where its video broke
  std::int64_t skipped = 0;     ///< updates that were skipped
};

/// What the coming update is made of so far, beside the gradients: Note [What is gathered when].
struct Gathered {
  double weight = 0;         ///< of the present batch: loss weights
  double share = 0;          ///< … each times the rows of a whole batch that it stands for
  double most_weight = 0;    ///< of the batches that are done: the largest sum of loss weights
  double shares = 0;         ///< … and for how many whole batches they count
  std::int64_t batches = 0;  ///< that are done
  double learning_rate = 0;  ///< of the first of them
  std::string spoiled = {};  ///< why the update will be skipped; empty: it will not
};

/// Where the Learner is.
struct LearnerProgress {
  Gathered gathered;
  std::int64_t updates = 0;         ///< of the weights since the start
  std::int64_t skipped_in_row = 0;  ///< the latest updates that were skipped
  double loss_scale = 0;            ///< 0: there is none
  std::int64_t loss_scale_updates = 0;
};

/// Where a run is.
struct Progress {
  std::int64_t epoch = 0;
  std::int64_t unit = 0;       ///< units of the epoch that are done (walk::EpochOrder)
  std::int64_t iteration = 0;  ///< in the epoch: the one to do, or the one that `clip` is in the middle of
  std::int64_t total = 0;      ///< iterations finished since the start
  ClipProgress clip;
  LearnerProgress learner;
  std::int64_t micro_batch = 0;  ///< rows at a time that train.micro_batch = "auto" has come down to; 0: all
  double epoch_loss = 0;         ///< sums over this epoch so far
  double epoch_correct = 0;
  std::int64_t epoch_videos = 0;
  std::int64_t epoch_skipped = 0;       ///< updates that were skipped in this epoch …
  std::int64_t skipped = 0;             ///< … and since the start
  std::vector<std::size_t> bad_videos;  ///< that could not be read: places in the training split
  Score best;                           ///< of the evaluations so far
  std::int64_t stale = 0;               ///< evaluations since then, none of them better
  std::int64_t metrics_bytes = 0;       ///< length of metrics.jsonl when the checkpoint was made

  /// The next epoch: fresh sums; what the whole run has counted stays.
  Progress next_epoch() const;
  /// Counts the iteration: `right` of its videos were classified correctly, `units_done` units of the epoch are done
  /// now.
  void finish_iteration(const run::IterationReport& report, double right, std::int64_t units_done);
};

/// Numbers are printed so that they read back as the same bits.
std::string to_json(const Progress& progress, int indent = -1);

/// `batch_size`: of the run, for progress that version 0.1 wrote, which does not say how many units are done; none:
/// that is not known. Throws Error(plugin) that begins with `where` if the text does not say where a run is, or says
/// what cannot be.
Progress progress_from_json(const std::string& text, const std::string& where, std::optional<std::int64_t> batch_size);

}  // namespace pgt::train
