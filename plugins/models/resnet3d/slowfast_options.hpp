/// What a run file may say about `use = "slowfast"`.
#pragma once

#include "slow_options.hpp"

namespace resnet3d {

/// SlowFast Networks: Slow, and beside it a fast pathway of more frames and fewer channels that feeds it after the stem
/// and after every stage but the last (docs/method.md M6.4). `width`, `temporal_kernels`, `stem_temporal_kernel` and
/// the places of non-local blocks are the slow pathway's.
struct SlowFastOptions : SlowOptions {
  std::int64_t frame_ratio = 4;
  std::int64_t width_ratio = 8;
  std::vector<std::int64_t> fast_temporal_kernels{3, 3, 3, 3};
  std::int64_t fast_stem_temporal_kernel = 5;
  std::int64_t lateral_ratio = 2;
  std::int64_t lateral_kernel = 5;
  bool lateral_norm = true;
  bool lateral_relu = true;
  std::vector<std::string> fast_non_local{};
  bool stem_pool_padding = true;

  void describe(pgt::sdk::Options& o);
  void check(pgt::sdk::Problems& problems) const;
  Layout layout(std::int64_t classes) const;

 private:
  /// From each place of the fast pathway that feeds the slow one.
  std::vector<LateralLayout> laterals(const PathwayLayout& fast) const;
};

}  // namespace resnet3d
