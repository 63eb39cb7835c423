/// Scoring that several ranks share: each scores its clips, then all know everything, as if one had scored.
///
/// Ranks take whole batches, the same that one process alone would make, and all clips of a video are scored by one
/// rank. So every number is the same to the bit, however many ranks there are.
#pragma once

#include <cstdint>
#include <vector>

#include "dist/group.hpp"
#include "eval/evaluate.hpp"

namespace pgt::eval {

/// The batches that this rank scores, of `clips` clips in all in batches of `batch_size`, where each video has
/// `of_video` of them one after another.
std::vector<std::int64_t> own_batches(const dist::Group& group, std::int64_t clips, std::int64_t of_video,
                                      std::int64_t batch_size);

/// Makes each rank's result, but for the key frames, that of all of them, in the order of the videos. All ranks call
/// it.
void gather(dist::Group& group, Result& result);

}  // namespace pgt::eval
