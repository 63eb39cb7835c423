/// What each score of a step is to be.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include <pgt/sdk/dataset.hpp>

#include "walk/clip_batch.hpp"

namespace pgt::walk {

/// What the dataset says about rows of a batch for a step.
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
  at::Tensor tensor;  ///< as sdk::Fragment::boxes wants them
};

/// Moves the targets' boxes as the rows' pictures are scaled, cut and mirrored.
StepBoxes step_boxes(const std::vector<sdk::Target>& targets, const ClipBatch& batch,
                     const std::vector<std::size_t>& rows, c10::Device device);

/// What there is to learn in a step.
struct Targets {
  std::vector<sdk::Target> rows{};   ///< of each row; empty where nobody asked the dataset
  std::optional<StepBoxes> boxes{};  ///< where boxes are scored: those that the pictures show
  /// Where moments are scored: of each of so many moments of the first so many rows, row after row. How many moments a
  /// step has, its scores tell. Valid as long as the batch.
  std::function<std::vector<sdk::Target>(std::size_t rows, std::int64_t moments)> of_moments{};

  /// What each of the step's scores is to be: of each row, or of each box, of which there may be none.
  std::vector<sdk::Target> of_scores() const;
};

}  // namespace pgt::walk
