/// Where a token is, in space and in time.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace vit {

/// Waves of rows and columns, to add to the tokens of a picture: (rows · columns, width). Fixed, so that pictures of
/// any size will do. `width` is a multiple of 4. On `like`'s device, of its type.
at::Tensor spatial_positions(std::int64_t rows, std::int64_t columns, std::int64_t width, const at::Tensor& like);

/// Turns the channels of x (N, T, P, H, D), pair by pair, by angles that grow with time; T's first is at time `begin`.
/// The product of two tokens so turned depends on how far apart they are, and not on when they are: what was carried
/// from an earlier step is at negative times, and nobody counts frames from the start of the video.
at::Tensor rotate_by_time(const at::Tensor& x, std::int64_t begin);

}  // namespace vit
