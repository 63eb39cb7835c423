/// What the steps of a clip cost a backbone.
#pragma once

#include <cstdint>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "clip_shape.hpp"
#include "cost.hpp"

namespace pgt::model {

struct Slot {
  sdk::Site site;
  std::vector<std::int64_t> shape;  ///< of what it carries; empty where it carries nothing
  std::int64_t bytes = 0;
};

struct Measured {
  struct Step {
    std::int64_t frames;  ///< new ones
    Cost cost;
    std::int64_t carry_bytes;  ///< what it leaves for the next
  };
  std::vector<Step> steps;
  std::vector<Slot> slots;  ///< a site's, at its largest
};

/// Runs the backbone in evaluation, on the CPU, on pictures of zeros; with one box, the whole picture, if it scores
/// boxes.
Measured measure(sdk::Backbone& backbone, const ClipShape& clip);

}  // namespace pgt::model
