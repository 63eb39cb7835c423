/// Note [Sides shorter than the kernel]
///
/// In 16 bits on a CPU, oneDNN's gradient of a convolution's weights is wrong where maps that it pads are shorter than
/// the kernel, such as two frames under a kernel of three: it is what lay in memory, and it writes where it must not.
/// It is right where the zeros are in the maps.
#pragma once

#include <torch/torch.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pgt::models {

/// Maps (N, C, …) of D sides, which a convolution of `kernel` pads by `padding`. Where a side is shorter than the
/// kernel, the zeros are put around them, and `padding` becomes 0.
template <std::size_t D>
at::Tensor with_short_sides_padded(const at::Tensor& x, const torch::ExpandingArray<D>& kernel,
                                   torch::ExpandingArray<D>& padding) {
  bool is_short = false;
  std::vector<std::int64_t> zeros;  // of the last side first
  for (std::size_t side = D; side-- > 0;) {
    is_short = is_short || x.size(static_cast<std::int64_t>(side) + 2) < kernel->at(side);
    zeros.insert(zeros.end(), 2, padding->at(side));
  }
  if (!is_short) return x;
  padding = torch::ExpandingArray<D>(0);
  return at::constant_pad_nd(x, zeros);
}

}  // namespace pgt::models
