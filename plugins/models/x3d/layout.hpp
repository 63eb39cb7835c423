/// The shape of an X3D network, as plain data (docs/method.md M6.5).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/common/moment_layout.hpp"
#include "models/common/norm_layout.hpp"
#include "models/common/pool_layout.hpp"

namespace x3d {

/// `width · factor` as a multiple of 8 channels: the nearest, or the one above it where that is under 90 %.
std::int64_t round_width(std::int64_t width, double factor);

struct BlockLayout {
  std::int64_t in = 0;     ///< channels
  std::int64_t inner = 0;  ///< of the depth-wise convolution
  std::int64_t out = 0;
  std::int64_t temporal_kernel = 3;
  std::int64_t stride = 1;   ///< pixels
  std::int64_t squeeze = 0;  ///< channels of the squeeze and excitation; 0: the block has none
};

struct Layout {
  std::int64_t stem = 0;  ///< channels
  std::int64_t stem_temporal_kernel = 5;
  std::vector<std::vector<BlockLayout>> stages;
  std::int64_t lin_5 = 2048;  ///< channels of the head's last layer but one
  bool lin_5_norm = false;
  pgt::models::PoolLayout pool;
  double dropout = 0.0;
  std::int64_t classes = 0;
  std::optional<pgt::models::MomentLayout> moments{};  ///< scores moments; without, videos
  pgt::models::NormLayout norm;
  bool zero_init_final_norm = true;
};

}  // namespace x3d
