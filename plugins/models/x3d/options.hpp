/// What a run file may say about an X3D network.
#pragma once

#include <cstdint>
#include <vector>

#include <pgt/sdk/options.hpp>

#include "layout.hpp"
#include "models/common/moment_options.hpp"
#include "models/common/norm_options.hpp"

namespace x3d {

enum class Size { xs, s, m, l, xl };

struct Options {
  Size size = Size::m;
  double width_factor = 0.0;
  double depth_factor = 0.0;
  double bottleneck_factor = 2.25;
  bool scale_res2 = false;
  std::int64_t stem_temporal_kernel = 5;
  std::vector<std::int64_t> temporal_kernels{3, 3, 3, 3};
  std::int64_t lin_5_width = 2048;
  bool lin_5_norm = false;
  pgt::models::NormOptions norm;
  bool zero_init_final_norm = true;
  pgt::models::HeadOptions head;
  pgt::models::PoolLayout pool;
  double dropout = 0.5;

  void describe(pgt::sdk::Options& o);
  void check(pgt::sdk::Problems& problems) const;
  Layout layout(std::int64_t classes) const;
};

}  // namespace x3d
