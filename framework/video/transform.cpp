#include "video/transform.hpp"

#include <algorithm>
#include <cmath>

namespace pgt::video {
namespace {

/// A square of the picture, whose short side is scaled to `side`; the long side rounded down.
Transform scaled_to(int width, int height, int side, int size) {
  Transform transform;
  transform.width = size;
  transform.height = size;
  const auto scaled = [&](int length) {
    return static_cast<int>(static_cast<std::int64_t>(length) * side / std::min(width, height));
  };
  transform.scaled_width = scaled(width);
  transform.scaled_height = scaled(height);
  return transform;
}

int drawn_side(const ShortSide& short_side, double drawn) {
  const double low = short_side.low, high = short_side.high;
  const double side = short_side.inverse ? 1 / (1 / high + drawn * (1 / low - 1 / high)) : low + drawn * (high - low);
  return static_cast<int>(std::lround(side));
}

}  // namespace

Transform draw_transform(int width, int height, int size, const ShortSide& short_side, bool flip, std::uint64_t seed,
                         std::uint64_t epoch, std::uint64_t sample) {
  const double drawn = Random(seed, epoch, sample, Purpose::scale).uniform();
  Transform transform = scaled_to(width, height, std::max(drawn_side(short_side, drawn), size), size);
  Random crop(seed, epoch, sample, Purpose::crop);
  transform.x = static_cast<int>(crop.integer(0, transform.scaled_width - size));
  transform.y = static_cast<int>(crop.integer(0, transform.scaled_height - size));
  transform.mirror = flip && Random(seed, epoch, sample, Purpose::flip).uniform() < 0.5;
  return transform;
}

Transform fixed_transform(int width, int height, int size, int index, int crops) {
  Transform transform = scaled_to(width, height, size, size);
  const bool upright = height > width;
  const int slack = (upright ? transform.scaled_height : transform.scaled_width) - size;
  // Halves are rounded up, as in the reference.
  const int offset = crops == 1 ? (slack + 1) / 2 : (slack * index + crops - 2) / (crops - 1);
  (upright ? transform.y : transform.x) = offset;
  return transform;
}

Transform whole_transform(int width, int height, int size) {
  Transform transform = scaled_to(width, height, size, size);
  transform.width = transform.scaled_width;
  transform.height = transform.scaled_height;
  return transform;
}

}  // namespace pgt::video
