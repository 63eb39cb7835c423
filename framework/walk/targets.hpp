/// What a step feeds to a backbone, and what each of its scores is to be.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <pgt/sdk/backbone.hpp>
#include <pgt/sdk/dataset.hpp>

#include "config/run_options.hpp"
#include "walk/clip_batch.hpp"

namespace pgt::walk {

/// What the data set says of rows of a batch for a step.
std::vector<sdk::Target> targets_of(const ClipBatch& batch, const std::vector<std::size_t>& rows, const sdk::Step& step,
                                    const sdk::Dataset& dataset, sdk::Split split);

/// The boxes of a step that its pictures show. A box outside of what was cut out is not among them.
struct StepBoxes {
  /// Where a box comes from.
  struct Origin {
    std::size_t target;  ///< place in the targets
    std::size_t number;  ///< place in its Target::boxes
  };
  std::vector<Origin> origins;
  at::Tensor tensor;  ///< as Fragment::boxes wants them
};

/// Moves the targets' boxes as the rows' pictures are scaled, cut and mirrored.
StepBoxes step_boxes(const std::vector<sdk::Target>& targets, const ClipBatch& batch,
                     const std::vector<std::size_t>& rows, c10::Device device);

/// Gives `fragment` its boxes where the backbone scores boxes, and returns what each of its scores is to be: of each of
/// the rows, or of each box, of which there may be none.
std::vector<sdk::Target> complete(sdk::Fragment& fragment, const sdk::BackboneInfo& backbone, const ClipBatch& batch,
                                  const std::vector<std::size_t>& rows, const sdk::Step& step,
                                  const sdk::Dataset& dataset, sdk::Split split);

}  // namespace pgt::walk
