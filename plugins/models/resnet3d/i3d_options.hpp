/// What a run file may say about `use = "i3d"`.
#pragma once

#include "c2d_options.hpp"
#include "temporal_blocks.hpp"

namespace resnet3d {

/// I3D: C2D inflated; every block of the first stage and every other one of the later stages looks across time
/// (docs/method.md M6.2).
struct I3dOptions : C2dOptions {
  TemporalBlocks temporal_blocks;

  void describe(pgt::sdk::Options& o);
  void check(pgt::sdk::Problems& problems) const;
  Layout layout(std::int64_t classes) const;
};

}  // namespace resnet3d
