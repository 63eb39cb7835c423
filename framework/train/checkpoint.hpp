/// Note [The checkpoint protocol]
/// A checkpoint is one safetensors file that holds everything the rest of the run depends on: weights and buffers,
/// momentum, and in the middle of a clip the gathered gradients and the carry. Where the run stands (epoch, iteration,
/// step, rows still in the batch, counters, how far each record file had been written) is JSON in the file's metadata,
/// so that tensors and position can never belong to two different moments; the side file `NAME.json` repeats it for
/// people and tools.
///
/// Writing `NAME.safetensors`: write it as `….new` and sync, read that back and compare; give the present file a second
/// name, `….old`; rename `….new` to its place; rename `….old` to `….previous`. The present file goes only when a
/// compared one is in its place, and the previous one goes last, so at every instant a whole checkpoint is there under
/// one of the two names, even where the present one has been damaged since. What a killed process leaves as `….new` or
/// `….old` is never read, and removed when the run is resumed.
///
/// Reading: the file's checksum covers tensors, position and metadata (nn/safetensors.hpp), so that a bit that has
/// flipped on the disk is not trained on; a position that no run can have is refused too. Then the previous one is
/// read instead.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "nn/safetensors.hpp"

namespace pgt::train {

/// Where a run stands in the batch of clips that is under way.
struct ClipProgress {
  std::int64_t step = 0;                ///< the step to do next; over 0: in the middle of the clip
  std::vector<std::size_t> videos;      ///< of each row: ClipChoice::unit()
  std::vector<std::size_t> alive;       ///< rows that are still in the batch
  std::int64_t failed = 0;              ///< rows that have left because their video broke
  std::vector<double> step_losses;      ///< of each step so far: the mean over its rows …
  std::vector<std::int64_t> step_rows;  ///< … and how many those were
  std::vector<int> correct;             ///< of each row: whether its last prediction so far is right
  double gathered_weight = 0;           ///< loss weights since the last update
};

/// Where a run stands.
struct Progress {
  std::int64_t epoch = 0;
  std::int64_t iteration = 0;  ///< in the epoch: the one to do, or the one that `clip` is in the middle of
  std::int64_t total = 0;      ///< iterations finished since the start
  ClipProgress clip;
  double epoch_loss = 0;  ///< sums over this epoch so far
  double epoch_correct = 0;
  std::int64_t epoch_videos = 0;
  std::vector<std::size_t> bad_videos;  ///< that could not be read: places in the training split
  double best = -1;                     ///< best value of the task's metric so far
  std::int64_t metrics_bytes = 0;       ///< length of metrics.jsonl when the checkpoint was made
};

struct Checkpoint {
  Progress progress;
  std::map<std::string, at::Tensor> tensors;  ///< "model/…", "momentum/…", "gradient/…", "carry/…", "statistics/…"
  std::map<std::string, std::string> metadata;  ///< "classes", "config", … as JSON or text
  bool checked = false;                         ///< read from a file with a checksum, which version 0.1 did not write
};

/// Writes `path`, beside it `path` + ".previous" and the side file. Throws Error(io); a whole checkpoint, this one or
/// the one before, is then still there.
void save_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);

/// Removes what a killed process left of a checkpoint that it was writing. Call it while nobody else writes there.
void remove_unfinished_checkpoints(const std::filesystem::path& folder);

/// Every checkpoint in a folder, previous ones too, sorted. Throws Error(io) where the folder cannot be read.
std::vector<std::filesystem::path> checkpoints_in(const std::filesystem::path& folder);

/// This very file. Throws Error naming it and what is wrong.
Checkpoint read_checkpoint(const std::filesystem::path& path);

/// Whether there is a checkpoint under `path`, be it the previous one.
bool checkpoint_exists(const std::filesystem::path& path);

/// The checkpoint under `path`, or the previous one where that is missing or damaged (`warning` then says so). Throws
/// Error(io) if neither can be read.
Checkpoint load_checkpoint(const std::filesystem::path& path, std::string* warning = nullptr);

}  // namespace pgt::train
