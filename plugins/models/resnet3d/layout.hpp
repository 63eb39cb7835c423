/// The shape of a residual network, as plain data: what each family's options are translated into.
///
/// Source: docs/method.md M6.2 to M6.4; arXiv 1711.11248 for `full_block` and `factored_block`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/common/conv_layout.hpp"
#include "models/common/moment_layout.hpp"
#include "models/common/norm_layout.hpp"
#include "models/common/pool_layout.hpp"
#include "models/common/roi_layout.hpp"

namespace resnet3d {

using pgt::models::ConvLayout;
using pgt::models::NormKind;
using pgt::models::NormLayout;

struct StemLayout {
  std::optional<ConvLayout> spatial{};  ///< in front of `conv`, with a normalisation and a ReLU of its own
  ConvLayout conv;
  bool max_pool = true;      ///< halves height and width once more
  bool pool_padding = true;  ///< of that pooling, by one pixel
};

enum class NonLocalForm { softmax, dot_product };

/// A non-local block, which every place of a map looks through at every other (docs/method.md M2.8).
struct NonLocalLayout {
  std::int64_t channels = 0;
  NonLocalForm form = NonLocalForm::softmax;
  std::vector<std::int64_t> pool{1, 2, 2};  ///< frames, height, width of what is looked at that become one place
  bool progressive = false;                 ///< looks at the map of the step before
  std::optional<NormLayout> norm{};         ///< of what is added to the map
};

struct BlockLayout {
  std::vector<ConvLayout> branch;             ///< a normalisation after each, a ReLU after all but the last
  std::optional<ConvLayout> projection;       ///< of the shortcut, where channels or size change
  std::optional<NonLocalLayout> non_local{};  ///< after the block
};

/// The layers that see one of the frame rates.
struct PathwayLayout {
  StemLayout stem;
  std::vector<std::vector<BlockLayout>> stages;
};

/// From the fast pathway to the slow one: a convolution that strides over time.
struct LateralLayout {
  ConvLayout conv;
  bool norm = true;
  bool relu = true;
};

struct HeadLayout {
  std::vector<std::int64_t> in;  ///< channels of each pathway
  std::int64_t frame_ratio = 1;  ///< as in Layout
  std::int64_t classes = 0;
  pgt::models::PoolLayout pool;
  double dropout = 0.0;
  std::optional<pgt::models::RoiLayout> roi{};         ///< it scores boxes …
  std::optional<pgt::models::MomentLayout> moments{};  ///< … or moments; without either, videos
};

struct Layout {
  std::vector<PathwayLayout> pathways;  ///< one, or the slow and the fast one
  std::int64_t frame_ratio = 1;         ///< frames of the fast pathway for one of the slow one
  std::vector<LateralLayout> laterals;  ///< after the stem and every stage but the last; none for one pathway
  std::int64_t pool_frames = 1;         ///< that the maximum after the first stage makes one
  HeadLayout head;
  NormLayout norm;
  bool zero_init_final_norm = false;  ///< the last scale of each branch starts at 0, so that a block starts as identity
};

/// What a block does to its input's channels and size.
struct BlockShape {
  std::int64_t in = 0;
  std::int64_t inner = 0;
  std::int64_t temporal_kernel = 1;
  std::int64_t stride = 1;           ///< pixels
  std::int64_t dilation = 1;         ///< of the 3×3 convolutions
  std::int64_t temporal_stride = 1;  ///< frames; only blocks that nothing is carried into have another
  std::int64_t out = 0;              ///< of a bottleneck; other blocks give `inner` channels
  std::int64_t groups = 1;           ///< of a bottleneck's 3×3 convolution
};

/// (T, 3, 3), (1, 3, 3); gives `inner` channels.
BlockLayout basic_block(const BlockShape& shape);
/// (T, 1, 1), (1, 3, 3) in `groups`, (1, 1, 1); gives `out` channels.
BlockLayout bottleneck_block(const BlockShape& shape);
/// (T, 3, 3) twice; gives `inner` channels.
BlockLayout full_block(const BlockShape& shape);
/// (1, 3, 3), (T, 1, 1) twice, about as many weights as (T, 3, 3) twice; gives `inner` channels.
BlockLayout factored_block(const BlockShape& shape);

/// For each block of each stage, a kernel of time.
using StageKernels = std::vector<std::vector<std::int64_t>>;

/// The same kernel for all blocks of a stage.
StageKernels one_each(const std::vector<std::int64_t>& kernels);

/// Channels that the block gives.
std::int64_t out_channels(const BlockLayout& block);
/// Frames that the block looks at around each frame.
std::int64_t temporal_kernel(const BlockLayout& block);
/// Frames that the block makes one of.
std::int64_t temporal_stride(const BlockLayout& block);

/// Pixels of a frame for one place of the last map.
std::int64_t spatial_stride(const PathwayLayout& pathway);

/// "pathway0_res2": the name of one of a pathway's parts.
std::string part_name(std::size_t pathway, const std::string& part);

}  // namespace resnet3d
