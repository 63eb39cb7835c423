/// The clip that a backbone is tried on.
#pragma once

#include <cstdint>

#include <pgt/sdk/schedule.hpp>

namespace pgt::model {

/// Frames are the slowest pathway's; the others read as many more as they are faster.
struct ClipShape {
  std::int64_t frames = 8;   ///< of a step, the carried ones included
  std::int64_t overlap = 1;  ///< of those, in steps after the first
  std::int64_t steps = 2;
  std::int64_t size = 224;  ///< pixels, of a square
  sdk::SiteFilter sites = sdk::SiteFilter::temporal;
};

}  // namespace pgt::model
