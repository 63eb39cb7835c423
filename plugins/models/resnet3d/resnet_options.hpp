/// What a run file may say about every residual network; each family adds its own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <pgt/sdk/options.hpp>

#include "layout.hpp"
#include "models/common/moment_options.hpp"
#include "models/common/norm_options.hpp"
#include "nonlocal_options.hpp"

namespace resnet3d {

enum class StemKind { imagenet, unpooled, small };
enum class HeadKind { basic, roi, moments };
enum class RoiAlign { aligned, legacy };

/// What distinguishes a family's pathway.
struct PathwayShape {
  std::int64_t width = 0;  ///< channels of the stem
  std::int64_t inner = 0;  ///< channels inside the blocks of the first stage
  std::int64_t stem_temporal_kernel = 1;
  StageKernels kernels;                          ///< of time, for each block of each stage
  std::vector<std::int64_t> lateral{};           ///< channels of another pathway in each stage's input; empty: none
  BlockLayout (*block)(const BlockShape&) = {};  ///< null: the one that `depth` stands for
  std::vector<std::int64_t> temporal_strides{};  ///< of each stage; empty: 1
};

/// Source: docs/method.md M6.1, M6.3, M6.10.
struct ResNetOptions {
  std::int64_t depth = 50;
  std::vector<std::int64_t> blocks{};
  std::int64_t width = 64;
  std::int64_t groups = 1;
  std::int64_t width_per_group = 0;  ///< channels; 0: `width`
  std::vector<std::int64_t> strides{1, 2, 2, 2};
  std::vector<std::int64_t> dilations{};
  StemKind stem = StemKind::imagenet;
  std::int64_t stem_stride = 2;
  pgt::models::NormOptions norm;
  bool zero_init_final_norm = true;
  HeadKind head = HeadKind::basic;
  pgt::models::MomentOptions moments;
  pgt::models::PoolLayout pool;
  std::int64_t roi_resolution = 7;
  RoiAlign roi_align = RoiAlign::aligned;
  double dropout = 0.5;
  NonLocalOptions non_local;

  void describe(pgt::sdk::Options& o);
  void check(pgt::sdk::Problems& problems) const;

  /// `blocks`, or those that `depth` stands for.
  std::vector<std::int64_t> stage_blocks() const;

  /// Channels inside the blocks of the first stage of a pathway as wide as `width`.
  std::int64_t inner_width() const { return groups * (width_per_group > 0 ? width_per_group : width); }

 protected:
  /// `list`, the option `name`, must have a value for each stage.
  void check_stages(pgt::sdk::Problems& problems, const std::string& name, const std::vector<std::int64_t>& list) const;
  PathwayLayout pathway(const PathwayShape& shape) const;
  /// Of these pathways, with a head over all of them and non-local blocks in the first.
  Layout network(std::vector<PathwayLayout> pathways, std::int64_t classes) const;
};

/// `kernel`, the option `name`, must be odd.
void check_odd(pgt::sdk::Problems& problems, const std::string& name, std::int64_t kernel);

}  // namespace resnet3d
