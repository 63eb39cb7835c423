#include "video/picture_box.hpp"

#include <algorithm>
#include <utility>

namespace pgt::video {

std::optional<PixelBox> place(const sdk::Box& box, const Transform& transform) {
  const auto width = static_cast<float>(transform.width), height = static_cast<float>(transform.height);
  const auto scaled = [](float part, int length) { return part * static_cast<float>(length); };
  const auto x = [&](float part) {
    return std::clamp(scaled(part, transform.scaled_width) - static_cast<float>(transform.x), 0.0F, width);
  };
  const auto y = [&](float part) {
    return std::clamp(scaled(part, transform.scaled_height) - static_cast<float>(transform.y), 0.0F, height);
  };
  PixelBox placed{x(box.left), y(box.top), x(box.right), y(box.bottom)};
  if (transform.mirror) {
    placed.left = width - placed.left;
    placed.right = width - placed.right;
    std::swap(placed.left, placed.right);
  }
  if (placed.right <= placed.left || placed.bottom <= placed.top) return std::nullopt;
  return placed;
}

}  // namespace pgt::video
