#include "slow_options.hpp"

#include <string>

namespace resnet3d {
namespace {

constexpr std::int64_t input_channels = 3;

}  // namespace

void SlowOptions::describe(pgt::sdk::Options& o) {
  const std::vector<std::pair<std::string, Pool>> pools{{"avg", Pool::average}, {"max", Pool::max}};
  o("depth", depth).one_of({18, 34, 50, 101}).help("layers; 18 and 34 have basic blocks, 50 and 101 bottlenecks");
  o("blocks", blocks).range(1, 100).help("blocks of each stage, in place of those that depth stands for");
  o("width", width).range(1, 4096).unit("channels").help("of the stem and the first stage; doubles with every stage");
  o("temporal_kernels", temporal_kernels).range(1, 15).unit("frames").help("kernel of each stage's blocks, odd");
  o("strides", strides).range(1, 8).unit("pixels").help("by which each stage shrinks height and width");
  o("stem", stem, {{"imagenet", StemKind::imagenet}, {"small", StemKind::small}})
      .help("imagenet: 7×7 and max pooling; small: 3×3 without, for pictures under 100 pixels");
  o("stem_stride", stem_stride).range(1, 8).unit("pixels").help("of the stem's convolution");
  o("stem_temporal_kernel", stem_temporal_kernel).range(1, 15).unit("frames").help("kernel of the stem, odd");
  o("norm", norm, {{"batch", NormKind::batch}, {"frozen", NormKind::frozen}, {"group", NormKind::group}})
      .help("normalisation; batch statistics differ from step to step, so prefer group or frozen with small batches");
  o("norm_groups", norm_groups).range(1, 4096).help("groups of channels, for norm = \"group\"");
  o("zero_init_final_norm", zero_init_final_norm).help("every block starts as the identity");
  o("spatial_pool", spatial_pool, pools).help("how the head pools height and width");
  o("temporal_pool", temporal_pool, pools).help("how the head pools time");
  o("head_window", head_window)
      .range(0, 1024)
      .unit("pixels")
      .help("window of the last map that one position pools; 0: the whole map");
  o("dropout", dropout).range(0.0, 1.0).help("share of features dropped before the classifier, in training");
}

void SlowOptions::check(pgt::sdk::Problems& problems) const {
  const std::size_t stages = stage_blocks().size();
  const auto check_stages = [&](const std::string& option, const std::vector<std::int64_t>& list) {
    if (list.size() == stages) return;
    problems.push_back({option, "has " + std::to_string(list.size()) + " values, but there are " +
                                    std::to_string(stages) + " stages (" +
                                    (blocks.empty() ? "of depth " + std::to_string(depth) : "in blocks") + ")"});
  };
  check_stages("temporal_kernels", temporal_kernels);
  check_stages("strides", strides);
  for (const std::int64_t kernel : temporal_kernels) {
    if (kernel % 2 == 0) problems.push_back({"temporal_kernels", std::to_string(kernel) + " is not odd"});
  }
  if (stem_temporal_kernel % 2 == 0) problems.push_back({"stem_temporal_kernel", "is not odd"});
  if (norm == NormKind::group && width % norm_groups != 0) {
    problems.push_back({"norm_groups", "must divide width (" + std::to_string(width) + ")"});
  }
  if (stages > 8) problems.push_back({"blocks", "has more than 8 stages"});
}

std::vector<std::int64_t> SlowOptions::stage_blocks() const {
  if (!blocks.empty()) return blocks;
  if (depth == 18) return {2, 2, 2, 2};
  if (depth == 101) return {3, 4, 23, 3};
  return {3, 4, 6, 3};
}

Layout SlowOptions::layout(std::int64_t classes) const {
  Layout layout;
  layout.norm = {norm, norm_groups};
  layout.zero_init_final_norm = zero_init_final_norm;
  layout.stem.conv = {input_channels, width, stem_temporal_kernel, stem == StemKind::imagenet ? 7 : 3, stem_stride};
  layout.stem.max_pool = stem == StemKind::imagenet;

  const bool bottleneck = depth >= 50;
  const std::vector<std::int64_t> counts = stage_blocks();
  std::int64_t channels = width;
  std::int64_t inner = width;
  for (std::size_t stage = 0; stage < counts.size(); ++stage) {
    std::vector<BlockLayout>& stage_layout = layout.stages.emplace_back();
    for (std::int64_t i = 0; i < counts[stage]; ++i) {
      const BlockShape shape{channels, inner, temporal_kernels[stage], i == 0 ? strides[stage] : 1};
      stage_layout.push_back(bottleneck ? bottleneck_block(shape) : basic_block(shape));
      channels = stage_layout.back().branch.back().out;
    }
    inner *= 2;
  }
  layout.head = {channels, classes, spatial_pool, temporal_pool, head_window, dropout};
  return layout;
}

}  // namespace resnet3d
