/// What the project's SVG documents are made of: one page and one style, readable on a light and on a dark background.
///
/// Classes of the style: `title`, `heading`, `quiet` (text); `grid`, `axis`, `frame`, `line` (strokes); `dot`, `ring`
/// (points); `cell`, with `on_cell` for text on a dark one; `c0` to `c5`, the colours that tell series apart.
#pragma once

#include <string>
#include <string_view>

namespace pgt {

/// Colours that tell series apart: class `c0` and so on.
inline constexpr int svg_colors = 6;

/// The whole document. `heading` may be empty.
std::string svg_document(double width, double height, std::string_view heading, std::string_view content);

/// Text escaped for use between tags and in an attribute.
std::string svg_escaped(std::string_view text);

/// ` NAME="VALUE"`, in pixels.
std::string svg_attribute(std::string_view name, double pixels);

// Elements. `attributes`: more of them, such as `class="title"`.

/// A <text> that begins at a place.
std::string svg_text(double x, double y, std::string_view attributes, std::string_view text);
std::string svg_line(double x1, double y1, double x2, double y2, std::string_view attributes);
/// `tooltip` may be empty.
std::string svg_rect(double x, double y, double width, double height, std::string_view attributes,
                     std::string_view tooltip = {});
/// An <image> of these bytes of a PNG file.
std::string svg_image(double x, double y, double width, double height, std::string_view png);

}  // namespace pgt
