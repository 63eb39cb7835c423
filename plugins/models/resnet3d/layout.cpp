#include "layout.hpp"

#include <algorithm>

namespace resnet3d {
namespace {

std::optional<ConvLayout> projection(const BlockShape& shape, std::int64_t out) {
  if (shape.in == out && shape.stride == 1) return std::nullopt;
  return ConvLayout{shape.in, out, 1, 1, shape.stride};
}

}  // namespace

BlockLayout basic_block(const BlockShape& shape) {
  return {{{shape.in, shape.inner, shape.temporal_kernel, 3, shape.stride}, {shape.inner, shape.inner, 1, 3, 1}},
          projection(shape, shape.inner)};
}

BlockLayout bottleneck_block(const BlockShape& shape) {
  const std::int64_t out = bottleneck_expansion * shape.inner;
  return {{{shape.in, shape.inner, shape.temporal_kernel, 1, 1},
           {shape.inner, shape.inner, 1, 3, shape.stride},
           {shape.inner, out, 1, 1, 1}},
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

std::string part_name(std::size_t pathway, const std::string& part) {
  return "pathway" + std::to_string(pathway) + "_" + part;
}

}  // namespace resnet3d
