/// What several SVG documents are made of.
#pragma once

#include <string>
#include <string_view>

namespace pgt {

/// Text that stands for itself between tags and in an attribute.
std::string svg_escaped(std::string_view text);

/// A <text> that begins at a place. `attributes`: more of it, such as `class="title"`.
std::string svg_text(double x, double y, std::string_view attributes, std::string_view text);

/// An <image> of these bytes of a PNG file.
std::string svg_image(double x, double y, double width, double height, std::string_view png);

}  // namespace pgt
