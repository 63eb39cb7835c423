#include "models/common/roi_align.hpp"

#include <ATen/OpMathType.h>

#include <sstream>
#include <stdexcept>

namespace pgt::models {
namespace {

/// Pixels; the samples of a box, and so the memory, grow with its size.
constexpr double largest_coordinate = 1e6;

void check_boxes(const at::Tensor& boxes, std::int64_t maps) {
  std::ostringstream text;
  if (!boxes.defined() || boxes.dim() != 2 || boxes.size(1) != 5) {
    text << "boxes have the shape " << (boxes.defined() ? boxes.sizes() : at::IntArrayRef{})
         << ", expected (R, 5): row of the batch, x1, y1, x2, y2";
    throw std::runtime_error(text.str());
  }
  const at::Tensor row = boxes.select(1, 0);
  const at::Tensor good = row.ge(0) & row.lt(maps) & boxes.abs().le(largest_coordinate).all(1);
  if (good.all().item<bool>()) return;
  const at::Tensor bad = boxes[good.logical_not().nonzero()[0].item<std::int64_t>()].to(torch::kCPU, torch::kDouble);
  text << "the box (" << bad[1].item<double>() << ", " << bad[2].item<double>() << ", " << bad[3].item<double>() << ", "
       << bad[4].item<double>() << ") of row " << bad[0].item<double>() << " in a batch of " << maps
       << ": rows count from 0, and coordinates are pixels below " << largest_coordinate;
  throw std::runtime_error(text.str());
}

/// What each place along an axis of the map weighs in each bin, (R, B, size): the samples of a bin are spread evenly
/// over it, each is shared by its two neighbours, and a bin is the samples' mean. Every step of that treats the axes
/// apart, so a box is two products of matrices.
at::Tensor weights_along(const at::Tensor& begin, const at::Tensor& end, std::int64_t size, const RoiLayout& layout) {
  const double shift = layout.aligned ? 0.5 : 0.0;
  const double scale = 1.0 / static_cast<double>(layout.stride);
  const at::Tensor first = begin * scale - shift;
  const at::Tensor length = end * scale - shift - first;
  const at::Tensor bin = (layout.aligned ? length : length.clamp_min(1)).view({-1, 1, 1}) / layout.resolution;
  const at::Tensor count = bin.ceil().clamp_min(0);
  const std::int64_t most = count.numel() == 0 ? 0 : static_cast<std::int64_t>(count.max().item<double>());

  const at::Tensor bins = torch::arange(layout.resolution, begin.options()).view({1, -1, 1});
  const at::Tensor samples = torch::arange(most, begin.options()).view({1, 1, -1});
  const at::Tensor some = count.clamp_min(1);
  const at::Tensor place = first.view({-1, 1, 1}) + bins * bin + (samples + 0.5) * bin / some;  // (R, B, samples)
  const at::Tensor counts = samples.lt(count) & place.ge(-1) & place.le(size);
  const at::Tensor inside = place.clamp(0, size - 1).unsqueeze(3);
  const at::Tensor share = (1 - (inside - torch::arange(size, begin.options())).abs()).clamp_min(0);
  return (share * counts.unsqueeze(3)).sum(2) / some;
}

}  // namespace

at::Tensor roi_align(const at::Tensor& maps, const at::Tensor& boxes, const RoiLayout& layout) {
  check_boxes(boxes, maps.size(0));
  const auto weights = [&](std::int64_t axis, std::int64_t size) {
    const torch::NoGradGuard constant;
    const at::Tensor of_type = boxes.to(maps.device(), at::toOpMathType(maps.scalar_type()));
    return weights_along(of_type.select(1, 1 + axis), of_type.select(1, 3 + axis), size, layout).to(maps.scalar_type());
  };
  const at::Tensor rows = weights(1, maps.size(2));
  const at::Tensor columns = weights(0, maps.size(3));
  const at::Tensor of_box = maps.index_select(0, boxes.select(1, 0).to(maps.device(), torch::kLong));  // (R, C, H, W)
  return torch::einsum("rcyb,rab->rcya", {torch::einsum("ryh,rchb->rcyb", {rows, of_box}), columns});
}

}  // namespace pgt::models
