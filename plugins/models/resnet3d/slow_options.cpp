#include "slow_options.hpp"

namespace resnet3d {

void SlowOptions::describe(pgt::sdk::Options& o) {
  ResNetOptions::describe(o);
  o("temporal_kernels", temporal_kernels)
      .range(1, 15)
      .unit("frames")
      .help("temporal kernel of each stage's blocks, odd");
  temporal_blocks.describe(o);
  o("stem_temporal_kernel", stem_temporal_kernel).range(1, 15).unit("frames").help("temporal kernel of the stem, odd");
}

void SlowOptions::check(pgt::sdk::Problems& problems) const {
  ResNetOptions::check(problems);
  check_stages(problems, "temporal_kernels", temporal_kernels);
  for (const std::int64_t kernel : temporal_kernels) check_odd(problems, "temporal_kernels", kernel);
  check_odd(problems, "stem_temporal_kernel", stem_temporal_kernel);
  if (!temporal_blocks.count.empty()) check_stages(problems, "temporal_blocks", temporal_blocks.count);
}

Layout SlowOptions::layout(std::int64_t classes) const {
  const StageKernels kernels = temporal_blocks.kernels(stage_blocks(), one_each(temporal_kernels));
  return network({pathway({width, inner_width(), stem_temporal_kernel, kernels})}, classes);
}

}  // namespace resnet3d
