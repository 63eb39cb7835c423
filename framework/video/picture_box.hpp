/// Boxes follow their pictures: scaled, cut and mirrored as those are.
#pragma once

#include <optional>

#include <pgt/sdk/dataset.hpp>

#include "video/transform.hpp"

namespace pgt::video {

/// A part of what the network sees, in pixels from its left and top borders.
struct PixelBox {
  float left = 0, top = 0, right = 0, bottom = 0;
};

/// Where a part of the whole picture is after the transform, without what is cut off; nothing if no area is left.
std::optional<PixelBox> place(const sdk::Box& box, const Transform& transform);

}  // namespace pgt::video
