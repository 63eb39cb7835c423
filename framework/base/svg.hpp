/// What several SVG documents are made of.
#pragma once

#include <string>
#include <string_view>

namespace pgt {

/// Text that stands for itself between tags and in an attribute.
std::string svg_escaped(std::string_view text);

/// An <image> of these bytes of a PNG file.
std::string svg_image(double x, double y, double width, double height, std::string_view png);

}  // namespace pgt
