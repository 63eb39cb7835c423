/// Which moments of a video a step scores, and what the dataset says about them (docs/method.md M2.12).
#pragma once

#include <cstdint>
#include <vector>

#include <pgt/sdk/dataset.hpp>

#include "walk/clip_batch.hpp"

namespace pgt::walk {

/// One of P equal parts of a step's new frames: what the network's moment in its middle stands for.
struct MomentPart {
  double begin = 0;  ///< seconds from the video's first frame
  double end = 0;
  double second = 0;   ///< that stands for it: the middle, or where the video ends before that, the middle of the rest
  bool shown = false;  ///< false: the video has ended; what is there repeats a frame. A clip's first part is shown
};

/// The parts of a step of a row, `moments` of them, of the frames of the fastest pathway.
std::vector<MomentPart> moment_parts(const ClipBatch& batch, std::size_t row, const sdk::Step& step,
                                     std::int64_t moments);

/// What the dataset says about the middle of each part, row after row. A part that is not shown is not labelled.
std::vector<sdk::Target> moment_targets(const ClipBatch& batch, const std::vector<std::size_t>& rows,
                                        const sdk::Step& step, std::int64_t moments, const sdk::Dataset& dataset,
                                        sdk::Split split);

}  // namespace pgt::walk
