/// How a decoded picture becomes what the network sees. Drawn once per clip: the same for all its fragments.
#pragma once

#include <cstdint>

#include "base/random.hpp"

namespace pgt::video {

/// Scale the picture to `scaled_width` × `scaled_height`, cut the part of `width` × `height` whose corner is (x, y),
/// mirror it.
struct Transform {
  int scaled_width = 0;
  int scaled_height = 0;
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  bool mirror = false;
};

/// What the short side of a picture is scaled to in training.
struct ShortSide {
  int low = 0;
  int high = 0;
  bool inverse = false;  ///< drawn so that its inverse is uniform, instead of itself
};

/// Training: short side drawn and rounded, crop drawn uniformly, mirrored with probability 1/2 where `flip`. Source:
/// docs/method.md M5.1 (M7.6 put right: the last position can be drawn too).
Transform draw_transform(int width, int height, int size, const ShortSide& short_side, bool flip, std::uint64_t seed,
                         std::uint64_t epoch, std::uint64_t sample);

/// Evaluation: short side to `size`; crop `index` of `crops` along the long side (docs/method.md M5.1: of three 0 is
/// left or top, 1 the centre, 2 right or bottom; of one the centre).
Transform fixed_transform(int width, int height, int size, int index, int crops);

/// Evaluation of whole pictures: short side to `size`, nothing cut off.
Transform whole_transform(int width, int height, int size);

}  // namespace pgt::video
