#include "c2d_options.hpp"

#include "temporal_blocks.hpp"

namespace resnet3d {

void C2dOptions::describe(pgt::sdk::Options& o) {
  ResNetOptions::describe(o);
  o("pool_frames", pool_frames)
      .range(1, 16)
      .unit("frames")
      .help("temporal max pooling after the first stage; 2 as published, 1 (none) for overlapping steps");
}

Layout C2dOptions::layout(std::int64_t classes) const {
  const StageKernels single_frames(stage_blocks().size(), {1});
  return pooled_network(1, TemporalBlocks{}.kernels(stage_blocks(), single_frames), classes);
}

Layout C2dOptions::pooled_network(std::int64_t stem_kernel, const StageKernels& kernels, std::int64_t classes) const {
  Layout layout = network({pathway({width, inner_width(), stem_kernel, kernels})}, classes);
  layout.pool_frames = pool_frames;
  return layout;
}

}  // namespace resnet3d
