#include "r3d_options.hpp"

#include <algorithm>

namespace resnet3d {
namespace {

constexpr std::int64_t kernel = 3;

/// Channels between the two convolutions of the stem of r2plus1d: 45 of 64, as published.
std::int64_t between(std::int64_t width) { return std::max<std::int64_t>(1, 45 * width / 64); }

}  // namespace

R3dOptions::R3dOptions() {
  depth = 18;
  stem = StemKind::unpooled;
}

void R3dOptions::describe(pgt::sdk::Options& o) {
  ResNetOptions::describe(o);
  o("form", form, {{"r3d", R3dForm::r3d}, {"mc3", R3dForm::mc3}, {"r2plus1d", R3dForm::r2plus1d}})
      .help("r3d: 3D convolutions; mc3: 3D in the first stage only; r2plus1d: spatial, then temporal convolutions");
  o("temporal_strides", temporal_strides)
      .range(1, 8)
      .unit("frames")
      .help("temporal stride of each stage; [1, 2, 2, 2] as published except for mc3, all 1 for overlapping steps");
}

void R3dOptions::check(pgt::sdk::Problems& problems) const {
  ResNetOptions::check(problems);
  check_stages(problems, "temporal_strides", temporal_strides);
  if (depth >= 50) problems.push_back({"depth", "must be 18 or 34: the blocks are not bottlenecks"});
  if (form != R3dForm::r2plus1d || !problems.empty()) return;
  const PathwayLayout shape = layout(1).pathways.front();
  norm.check(problems, shape.stem.spatial->out, "the channels of every convolution");
  for (const auto& stage : shape.stages) {
    for (const auto& block : stage) {
      for (const ConvLayout& conv : block.branch) {
        norm.check(problems, conv.out, "the channels of every convolution");
        if (!problems.empty()) return;
      }
    }
  }
}

Layout R3dOptions::layout(std::int64_t classes) const {
  StageKernels kernels;
  for (const std::int64_t count : stage_blocks()) {
    const bool temporal = form != R3dForm::mc3 || kernels.empty();
    kernels.emplace_back(static_cast<std::size_t>(count), temporal ? kernel : 1);
  }
  PathwayShape shape{.width = width, .inner = width, .stem_temporal_kernel = kernel, .kernels = kernels};
  shape.block = form == R3dForm::r2plus1d ? &factored_block : &full_block;
  shape.temporal_strides = temporal_strides;
  PathwayLayout layout = pathway(shape);
  if (form == R3dForm::r2plus1d) {
    ConvLayout& conv = layout.stem.conv;
    layout.stem.spatial =
        ConvLayout{.in = conv.in, .out = between(width), .kernel = conv.kernel, .stride = conv.stride};
    conv = {.in = between(width), .out = conv.out, .temporal_kernel = conv.temporal_kernel};
  }
  return network({layout}, classes);
}

}  // namespace resnet3d
