/// A picture to draw on: rectangles, and text in a small built-in font.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "video/picture_operations.hpp"

namespace pgt::video {

/// What the font cannot draw of UTF-8 text, each character once: all but the letters, digits and signs of ASCII. Of it
/// and of bytes that are not UTF-8 a box is drawn.
std::string undrawable(std::string_view text);

/// Pixels from the left and from the top; what is outside is left out.
class Canvas {
 public:
  /// Black.
  Canvas(int width, int height);

  static constexpr int letter_width = 6,
                       letter_height = 7;  ///< of text at scale 1, the gap to the next letter included

  void fill(int x, int y, int width, int height, Colour colour);
  /// From its upper left corner, at most `most` letters: of what is longer the end is replaced by two dots.
  void text(int x, int y, int scale, Colour colour, std::string_view text, std::size_t most);

  int width() const { return width_; }
  int height() const { return height_; }
  Colour at(int x, int y) const;
  /// height × width × 3.
  std::vector<std::uint8_t>& rgb() { return rgb_; }

 private:
  int width_, height_;
  std::vector<std::uint8_t> rgb_;
};

}  // namespace pgt::video
