/// The shape of a residual network, as plain data: what each family's options are translated into.
///
/// Source: spec/pgt.md 7.2, 7.3.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/common/norm_layout.hpp"

namespace resnet3d {

using pgt::models::NormKind;
using pgt::models::NormLayout;

/// A convolution without bias, padded so that stride 1 keeps the size: (temporal_kernel, kernel, kernel) frames and
/// pixels, stride (1, stride, stride).
struct ConvLayout {
  std::int64_t in = 0;   ///< channels
  std::int64_t out = 0;  ///< channels
  std::int64_t temporal_kernel = 1;
  std::int64_t kernel = 1;
  std::int64_t stride = 1;
};

struct StemLayout {
  ConvLayout conv;
  bool max_pool = true;  ///< halves height and width once more
};

struct BlockLayout {
  std::vector<ConvLayout> branch;        ///< a normalisation after each, a ReLU after all but the last
  std::optional<ConvLayout> projection;  ///< of the shortcut, where channels or size change
};

enum class Pool { average, max };

struct HeadLayout {
  std::int64_t in = 0;  ///< channels
  std::int64_t classes = 0;
  Pool spatial = Pool::average;
  Pool temporal = Pool::average;
  std::int64_t window = 0;  ///< pixels of the map that are pooled into one position, stride 1; 0: the whole map
  double dropout = 0.0;
};

struct Layout {
  StemLayout stem;
  std::vector<std::vector<BlockLayout>> stages;
  HeadLayout head;
  NormLayout norm;
  bool zero_init_final_norm = false;  ///< the last scale of each branch starts at 0, so that a block starts as identity
};

/// What a block does to its input's channels and size.
struct BlockShape {
  std::int64_t in = 0;
  std::int64_t inner = 0;
  std::int64_t temporal_kernel = 1;
  std::int64_t stride = 1;
};

constexpr std::int64_t bottleneck_expansion = 4;

/// (T, 3, 3), (1, 3, 3); gives `inner` channels.
BlockLayout basic_block(const BlockShape& shape);
/// (T, 1, 1), (1, 3, 3), (1, 1, 1); gives 4·`inner` channels.
BlockLayout bottleneck_block(const BlockShape& shape);

/// Frames that the block looks at around each frame.
std::int64_t temporal_kernel(const BlockLayout& block);

}  // namespace resnet3d
