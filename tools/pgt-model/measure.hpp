/// What the steps of a clip cost a backbone.
#pragma once

#include <cstdint>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "cost.hpp"

namespace pgt::model {

/// A clip of one video. Frames are the slowest pathway's; the others read as many more as they are faster.
struct ClipShape {
  std::int64_t frames = 8;   ///< of a step, the carried ones included
  std::int64_t overlap = 1;  ///< of those, in steps behind the first
  std::int64_t steps = 2;
  std::int64_t size = 224;  ///< pixels, of a square
  sdk::SiteFilter sites = sdk::SiteFilter::temporal;
};

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
