/// What a run file may say of `use = "slow"`.
#pragma once

#include <cstdint>
#include <vector>

#include <pgt/sdk/options.hpp>

#include "layout.hpp"

namespace resnet3d {

enum class StemKind { imagenet, small };

/// Slow of SlowFast Networks: a residual network that looks across time in its last stages only (spec/pgt.md 7.2).
struct SlowOptions {
  std::int64_t depth = 50;
  std::vector<std::int64_t> blocks{};
  std::int64_t width = 64;
  std::vector<std::int64_t> temporal_kernels{1, 1, 3, 3};
  std::vector<std::int64_t> strides{1, 2, 2, 2};
  StemKind stem = StemKind::imagenet;
  std::int64_t stem_stride = 2;
  std::int64_t stem_temporal_kernel = 1;
  NormKind norm = NormKind::batch;
  std::int64_t norm_groups = 4;
  bool zero_init_final_norm = true;
  Pool spatial_pool = Pool::average;
  Pool temporal_pool = Pool::average;
  std::int64_t head_window = 0;
  double dropout = 0.5;

  void describe(pgt::sdk::Options& o);
  void check(pgt::sdk::Problems& problems) const;

  /// `blocks`, or those that `depth` stands for.
  std::vector<std::int64_t> stage_blocks() const;
  Layout layout(std::int64_t classes) const;
};

}  // namespace resnet3d
