/// How the ranks that train a run share a batch and bring its state together.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "dist/group.hpp"
#include "train/clip_trainer.hpp"
#include "walk/clip_batch.hpp"

namespace pgt::train {

/// A batch as a whole, of which each rank has opened its share.
struct WholeBatch {
  std::vector<std::size_t> videos;  ///< of each row: walk::ClipChoice::unit()
  OwnRows own;                      ///< this rank's
  std::int64_t frames = 0;          ///< grid frames of the longest clip
  bool resumed = false;             ///< every rank starts in the middle of its clips

  /// Those of these rows, ascending, that this rank has, by its own numbers.
  std::vector<std::size_t> own_of(const std::vector<std::size_t>& rows) const;
};

/// All ranks call it, each with its share.
WholeBatch meet(dist::Group& group, const walk::ClipBatch& share);

using Slots = std::map<std::string, at::Tensor>;

/// The carry of all ranks' rows, on rank 0, on the CPU; nothing on the others. `own`: of the rows that this rank has
/// left; none of a rank that has none.
Slots collect_carry(dist::Group& group, const Slots& own);

/// Of the carry of the rows `alive`, that of this rank's rows.
Slots own_carry(const Slots& carry, const std::vector<std::size_t>& alive, const OwnRows& own);

/// Where several ranks train a network that normalises by the rows of all of them (sdk::BatchSharing): has it add up by
/// `sums`. Throws SettingError where rows go through the network in parts.
void share_batches(dist::BatchSums& sums, Lesson& lesson, const config::TrainOptions& options);

/// The files that any rank names, by rank.
std::vector<std::string> gather_files(dist::Group& group, const std::vector<std::string>& own);

}  // namespace pgt::train
