/// Which part of each batch a process decodes and trains on, where several train one run.
///
/// Each has the turns of one stretch of the batch, so the rows of all of them, one process after another, are the rows
/// that one process alone would have: row numbers, progress and checkpoints do not depend on how many there are.
#pragma once

#include <cstdint>
#include <span>

#include "walk/clip_batch.hpp"
#include "walk/epoch_order.hpp"

namespace pgt::walk {

struct BatchShare {
  std::int64_t part = 0;   ///< this one, from 0 …
  std::int64_t parts = 1;  ///< … of so many

  /// Every turn of a batch is in exactly one part; sizes differ by one at most, and a small batch leaves some empty.
  std::span<const Turn> of(std::span<const Turn> batch) const;
  /// Of a batch that was under way, what concerns this part's rows.
  MiddleOfClip of(const MiddleOfClip& middle, std::span<const Turn> batch) const;
};

}  // namespace pgt::walk
