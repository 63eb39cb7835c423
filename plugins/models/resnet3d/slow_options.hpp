/// What a run file may say about `use = "slow"`.
#pragma once

#include "resnet_options.hpp"
#include "temporal_blocks.hpp"

namespace resnet3d {

/// Slow of SlowFast Networks: a residual network that looks across time in its last stages only (docs/method.md M6.2).
struct SlowOptions : ResNetOptions {
  std::vector<std::int64_t> temporal_kernels{1, 1, 3, 3};
  TemporalBlocks temporal_blocks;
  std::int64_t stem_temporal_kernel = 1;

  void describe(pgt::sdk::Options& o);
  void check(pgt::sdk::Problems& problems) const;
  Layout layout(std::int64_t classes) const;
};

}  // namespace resnet3d
