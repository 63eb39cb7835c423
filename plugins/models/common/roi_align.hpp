/// Boxes of maps, brought to one size.
///
/// Note [Where a box lies on the map]
/// A pixel p is at p / stride on the map. "Aligned" puts the centre of the first pixel on the centre of the first
/// place, which is half a place to the left of that. "Legacy" does not, and makes a box at least one place wide and
/// high; it is what the method's reference does (docs/method.md M5.7).
#pragma once

#include <torch/torch.h>

#include "models/common/roi_layout.hpp"

namespace pgt::models {

/// (N, C, H, W) and the boxes of a Fragment, (R, 5), to (R, C, B, B), B = `resolution`. Each bin is the mean of
/// ⌈box / B⌉ samples along each axis, which are interpolated linearly; those more than a place outside of the map
/// count as 0. A box without an area gives zeros (aligned). Differentiable by the map, not by the boxes. Throws
/// std::runtime_error if a box is of no map or not of finite, sensible size.
at::Tensor roi_align(const at::Tensor& maps, const at::Tensor& boxes, const RoiLayout& layout);

}  // namespace pgt::models
