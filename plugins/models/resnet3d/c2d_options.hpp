/// What a run file may say about `use = "c2d"`.
#pragma once

#include "resnet_options.hpp"

namespace resnet3d {

/// C2D: a residual network of single frames, which meet in the pooling of time alone (docs/method.md M6.2).
struct C2dOptions : ResNetOptions {
  std::int64_t pool_frames = 1;

  void describe(pgt::sdk::Options& o);
  Layout layout(std::int64_t classes) const;

 protected:
  Layout pooled_network(std::int64_t stem_kernel, const StageKernels& kernels, std::int64_t classes) const;
};

}  // namespace resnet3d
