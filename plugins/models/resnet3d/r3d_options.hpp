/// What a run file may say about `use = "r3d"`.
#pragma once

#include "resnet_options.hpp"

namespace resnet3d {

enum class R3dForm { r3d, mc3, r2plus1d };

/// Residual networks of two convolutions per block, as torchvision has them (arXiv 1711.11248): r3d across time and
/// space at once, mc3 so in the first stage and across space alone after it, r2plus1d first across space, then across
/// time.
struct R3dOptions : ResNetOptions {
  R3dOptions();
  R3dForm form = R3dForm::r3d;
  std::vector<std::int64_t> temporal_strides{1, 1, 1, 1};

  void describe(pgt::sdk::Options& o);
  void check(pgt::sdk::Problems& problems) const;
  Layout layout(std::int64_t classes) const;
};

}  // namespace resnet3d
