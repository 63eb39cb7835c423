/// What a run file may say about a RegNet.
#pragma once

#include <cstdint>
#include <vector>

#include <pgt/sdk/options.hpp>

#include "models/common/moment_options.hpp"
#include "models/common/norm_options.hpp"
#include "models/common/pool_layout.hpp"

namespace regnet {

/// The defaults are the network of 400 million multiply-adds (docs/method.md M6.6).
struct Options {
  std::vector<std::int64_t> blocks{1, 2, 7, 12};
  std::vector<std::int64_t> widths{32, 64, 160, 384};
  std::vector<std::int64_t> strides{2, 2, 2, 2};
  std::vector<std::int64_t> temporal_kernels{1, 1, 3, 3};
  std::int64_t stem_width = 24;
  std::int64_t groups = 16;
  pgt::models::NormOptions norm;
  bool zero_init_final_norm = true;
  pgt::models::HeadOptions head;
  pgt::models::PoolLayout pool;
  double dropout = 0.0;

  void describe(pgt::sdk::Options& o);
  void check(pgt::sdk::Problems& problems) const;
};

}  // namespace regnet
