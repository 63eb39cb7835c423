#include "options.hpp"

#include <cmath>
#include <string>

namespace x3d {
namespace {

constexpr std::int64_t stem_base = 12;  ///< channels, before the width factor
constexpr std::int64_t base_blocks[] = {1, 2, 5, 3};
constexpr double squeeze_ratio = 1.0 / 16;

struct Factors {
  double width;
  double depth;
};

/// XS, S and M are one network, which sees more frames and larger pictures (docs/method.md M6.5).
Factors factors_of(Size size) {
  if (size == Size::l) return {2.0, 5.0};
  if (size == Size::xl) return {2.9, 5.0};
  return {2.0, 2.2};
}

}  // namespace

void Options::describe(pgt::sdk::Options& o) {
  o("size", size, {{"xs", Size::xs}, {"s", Size::s}, {"m", Size::m}, {"l", Size::l}, {"xl", Size::xl}})
      .help("width and depth as published; xs, s and m differ only in frames and picture size");
  o("width_factor", width_factor).range(0, 64).help("width multiplier; 0: that of the size");
  o("depth_factor", depth_factor)
      .range(0, 64)
      .help("depth multiplier of the stages' 1, 2, 5 and 3 blocks; 0: that of the size");
  o("bottleneck_factor", bottleneck_factor).range(0.125, 16).help("inner channels of a block per output channel");
  o("scale_res2", scale_res2).help("make the first stage twice as wide as the stem");
  o("stem_temporal_kernel", stem_temporal_kernel).range(1, 15).unit("frames").help("temporal kernel of the stem, odd");
  o("temporal_kernels", temporal_kernels)
      .range(1, 15)
      .unit("frames")
      .help("temporal kernel of each stage's blocks, odd");
  o("lin_5_width", lin_5_width).range(1, 65536).unit("channels").help("channels of the head's last layer but one");
  o("lin_5_norm", lin_5_norm).help("whether that layer is normalised");
  norm.describe(o);
  o("zero_init_final_norm", zero_init_final_norm).help("start every block as the identity");
  head.describe(o);
  pool.describe(o);
  o("dropout", dropout).range(0.0, 1.0).help("dropout rate before the classifier");
}

void Options::check(pgt::sdk::Problems& problems) const {
  head.check(problems, pool);
  const auto check_odd = [&](const std::string& name, std::int64_t kernel) {
    if (kernel % 2 == 0) problems.push_back({name, std::to_string(kernel) + " is not odd"});
  };
  check_odd("stem_temporal_kernel", stem_temporal_kernel);
  for (const std::int64_t kernel : temporal_kernels) check_odd("temporal_kernels", kernel);
  if (temporal_kernels.size() != std::size(base_blocks)) {
    problems.push_back(
        {"temporal_kernels", "has " + std::to_string(temporal_kernels.size()) + " values, but there are 4 stages"});
    return;
  }
  const Layout shape = layout(1);
  norm.check(problems, shape.stem, "the stem's channels");
  if (lin_5_norm) norm.check(problems, lin_5_width, "lin_5_width");
  for (const std::vector<BlockLayout>& stage : shape.stages) {
    norm.check(problems, stage.front().inner, "the channels within a block");
    norm.check(problems, stage.front().out, "a stage's channels");
  }
}

Layout Options::layout(std::int64_t classes) const {
  const Factors published = factors_of(size);
  const double width = width_factor > 0 ? width_factor : published.width;
  const double depth = depth_factor > 0 ? depth_factor : published.depth;
  Layout layout;
  layout.stem = round_width(stem_base, width);
  layout.stem_temporal_kernel = stem_temporal_kernel;
  std::int64_t base = scale_res2 ? round_width(stem_base, 2.0) : stem_base;
  std::int64_t in = layout.stem;
  for (std::size_t stage = 0; stage < std::size(base_blocks); ++stage) {
    BlockLayout block;
    block.out = round_width(base, width);
    block.inner = static_cast<std::int64_t>(bottleneck_factor * static_cast<double>(block.out));
    block.temporal_kernel = temporal_kernels[stage];
    const auto blocks = static_cast<std::int64_t>(std::ceil(depth * static_cast<double>(base_blocks[stage])));
    std::vector<BlockLayout>& placed = layout.stages.emplace_back();
    for (std::int64_t i = 0; i < blocks; ++i) {
      block.in = i == 0 ? in : block.out;
      block.stride = i == 0 ? 2 : 1;
      block.squeeze = i % 2 == 0 ? round_width(block.inner, squeeze_ratio) : 0;
      placed.push_back(block);
    }
    in = block.out;
    base = round_width(base, 2.0);
  }
  layout.lin_5 = lin_5_width;
  layout.lin_5_norm = lin_5_norm;
  layout.pool = pool;
  layout.dropout = dropout;
  layout.classes = classes;
  layout.moments = head.layout();
  layout.norm = norm.layout();
  layout.zero_init_final_norm = zero_init_final_norm;
  return layout;
}

}  // namespace x3d
