/// Note [The checkpoint protocol]
/// A checkpoint is one safetensors file that holds everything the rest of the run depends on: weights and buffers,
/// momentum, and in the middle of a clip the gathered gradients and the carry. Where the run is (epoch, iteration,
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
#include <string>

#include "train/state.hpp"

namespace pgt::train {

/// Writes `path`, beside it `path` + ".previous" and the side file. Throws Error(io); a whole checkpoint, this one or
/// the one before, is then still there.
void save_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);

/// "epoch-0010": the checkpoint after so many epochs that stays for good.
std::string kept_name(std::int64_t epochs);

/// For a run that goes back to `progress`: of the checkpoint under `path` and the one before it, those that were made
/// later get names of their own, such as "best-epoch-0012". Returns the files under these names.
std::vector<std::filesystem::path> set_aside_later(const std::filesystem::path& path, const Progress& progress);

/// Removes what a killed process left of a checkpoint that it was writing. Call it while nobody else writes there.
void remove_unfinished_checkpoints(const std::filesystem::path& folder);

/// Every checkpoint in a folder, previous ones too, sorted. Throws Error(io) where the folder cannot be read.
std::vector<std::filesystem::path> checkpoints_in(const std::filesystem::path& folder);

/// This very file. Throws Error naming it and what is wrong.
Checkpoint read_checkpoint(const std::filesystem::path& path);

/// The one that was there before the last save.
std::filesystem::path previous_of(const std::filesystem::path& path);

/// Whether there is a checkpoint under `path`, even if only the previous one.
bool checkpoint_exists(const std::filesystem::path& path);

/// The checkpoint under `path`, or the previous one where that is missing or damaged (`warning` then says so). Throws
/// Error(io) if neither can be read.
Checkpoint load_checkpoint(const std::filesystem::path& path, std::string* warning = nullptr);

/// The same for whoever uses the weights and does not train on: those of another checkpoint would score otherwise, so
/// one that has been changed since it was written is refused: nn::ChangedFile.
Checkpoint load_for_use(const std::filesystem::path& path, std::string* warning = nullptr);

}  // namespace pgt::train
