#include "layout.hpp"

#include <algorithm>

namespace resnet3d {
namespace {

std::optional<ConvLayout> projection(const BlockShape& shape, std::int64_t out) {
  if (shape.in == out && shape.stride == 1 && shape.temporal_stride == 1) return std::nullopt;
  return ConvLayout{.in = shape.in, .out = out, .stride = shape.stride, .temporal_stride = shape.temporal_stride};
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
  ConvLayout grouped = spatial(shape, shape.inner, shape.stride);
  grouped.groups = shape.groups;
  return {{{.in = shape.in, .out = shape.inner, .temporal_kernel = shape.temporal_kernel},
           grouped,
           {.in = shape.inner, .out = shape.out}},
          projection(shape, shape.out)};
}

BlockLayout full_block(const BlockShape& shape) {
  ConvLayout first = spatial(shape, shape.in, shape.stride);
  ConvLayout second = spatial(shape, shape.inner, 1);
  first.temporal_kernel = second.temporal_kernel = shape.temporal_kernel;
  first.temporal_stride = shape.temporal_stride;
  return {{first, second}, projection(shape, shape.inner)};
}

BlockLayout factored_block(const BlockShape& shape) {
  const std::int64_t kernel = shape.temporal_kernel;
  const std::int64_t between = shape.in * shape.inner * 9 * kernel / (shape.in * 9 + kernel * shape.inner);
  ConvLayout first = spatial(shape, shape.in, shape.stride);
  ConvLayout third = spatial(shape, shape.inner, 1);
  first.out = third.out = between;
  const ConvLayout second{
      .in = between, .out = shape.inner, .temporal_kernel = kernel, .temporal_stride = shape.temporal_stride};
  const ConvLayout fourth{.in = between, .out = shape.inner, .temporal_kernel = kernel};
  return {{first, second, third, fourth}, projection(shape, shape.inner)};
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

std::int64_t temporal_stride(const BlockLayout& block) {
  std::int64_t stride = 1;
  for (const ConvLayout& conv : block.branch) stride *= conv.temporal_stride;
  return stride;
}

std::int64_t spatial_stride(const PathwayLayout& pathway) {
  std::int64_t stride = pathway.stem.conv.stride * (pathway.stem.max_pool ? 2 : 1);
  if (pathway.stem.spatial) stride *= pathway.stem.spatial->stride;
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
