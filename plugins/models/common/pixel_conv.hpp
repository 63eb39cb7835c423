/// Note [Kernels of one pixel]
///
/// In a residual network on a CPU, half of the time goes into convolutions whose kernels are one pixel wide and one or
/// three frames long. With the channels last, such a convolution sees pictures of T rows and H·W columns: oneDNN's
/// methods for pictures are some percent faster than those for films. The gradient of its weights is, for each of the
/// kernel's frames, one product of two matrices: the maps a few frames apart and the gradients, both (T·H·W, C) as they
/// lie in memory. That takes 20 to 40 % less time than all at once (docs/speed.md).
#pragma once

#include <torch/torch.h>

#include <cstdint>

namespace pgt::models {

/// On one thread, LibTorch takes a slower way for a kernel of one pixel (at a half to a third of the speed) unless it
/// is dilated: which changes nothing where there is one pixel.
inline constexpr std::int64_t dilation_of_one_pixel = 2;

/// Maps (N, C, T, H, W) convolved with `weight` (C_out, C, k, 1, 1), k odd, frames of zeros before and after: (N,
/// C_out, T, H, W). On a CPU, channels last, all of one type. The sums of a gradient come in another order than
/// torch's.
at::Tensor convolve_pixels(const at::Tensor& x, const at::Tensor& weight);

}  // namespace pgt::models
