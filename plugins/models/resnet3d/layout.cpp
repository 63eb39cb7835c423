#include "layout.hpp"

#include <algorithm>

namespace resnet3d {
namespace {

std::optional<ConvLayout> projection(const BlockShape& shape, std::int64_t out) {
  if (shape.in == out && shape.stride == 1) return std::nullopt;
  return ConvLayout{.in = shape.in, .out = out, .stride = shape.stride};
}

/// A block's 3×3 convolution.
ConvLayout spatial(const BlockShape& shape, std::int64_t in, std::int64_t stride) {
  return {.in = in, .out = shape.inner, .kernel = 3, .stride = stride, .dilation = shape.dilation};
}

}  // namespace

BlockLayout basic_block(const BlockShape& shape) {
  ConvLayout first = spatial(shape, shape.in, shape.stride);
  first.temporal_kernel = shape.temporal_kernel;
  return {{first, spatial(shape, shape.inner, 1)}, projection(shape, shape.inner)};
}

BlockLayout bottleneck_block(const BlockShape& shape) {
  const std::int64_t out = bottleneck_expansion * shape.inner;
  return {{{.in = shape.in, .out = shape.inner, .temporal_kernel = shape.temporal_kernel},
           spatial(shape, shape.inner, shape.stride),
           {.in = shape.inner, .out = out}},
          projection(shape, out)};
}

StageKernels one_each(const std::vector<std::int64_t>& kernels) {
  StageKernels cycles;
  for (const std::int64_t kernel : kernels) cycles.push_back({kernel});
  return cycles;
}

std::int64_t out_channels(const BlockLayout& block) { return block.branch.back().out; }

std::int64_t temporal_kernel(const BlockLayout& block) {
  std::int64_t largest = 1;
  for (const ConvLayout& conv : block.branch) largest = std::max(largest, conv.temporal_kernel);
  return largest;
}

std::int64_t spatial_stride(const PathwayLayout& pathway) {
  std::int64_t stride = pathway.stem.conv.stride * (pathway.stem.max_pool ? 2 : 1);
  for (const auto& stage : pathway.stages) {
    for (const BlockLayout& block : stage) {
      for (const ConvLayout& conv : block.branch) stride *= conv.stride;
    }
  }
  return stride;
}

std::string part_name(std::size_t pathway, const std::string& part) {
  return "pathway" + std::to_string(pathway) + "_" + part;
}

}  // namespace resnet3d
