/// What augmentation can do to a picture.
///
/// All numbers are drawn already: an operation does the same to every picture it is given. Bytes are rounded to the
/// nearest and cut off at 0 and 255 after each operation. Factors are 0 to 2.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace pgt::video {

using Colour = std::array<std::uint8_t, 3>;  ///< red, green, blue

/// width × height × 3 bytes of RGB, to be changed in place.
struct Picture {
  std::span<std::uint8_t> rgb;
  int width = 0;
  int height = 0;
  std::span<std::uint8_t> spare;  ///< as large, of any content: for operations that look at neighbours
};

/// A new value for each value of each colour.
struct Lookup {
  std::array<std::array<std::uint8_t, 256>, 3> values{};
  void apply(const Picture& picture) const;
};

/// Each value times `factor`.
Lookup brightness(double factor);
/// Each colour plus its share of `shift`, of which 1 is white.
Lookup shifted(const std::array<double, 3>& shift);
/// The `bits` highest bits of each value.
Lookup posterize(int bits);
/// Values from `threshold` on are inverted.
Lookup solarize(double threshold);

/// Away from the picture's mean grey by `factor`: at 0 nothing but that, at 1 as it is.
struct Contrast {
  double factor = 1;
  void apply(const Picture& picture) const;
};

/// Away from each pixel's grey by `factor`.
struct Saturation {
  double factor = 1;
  void apply(const Picture& picture) const;
};

/// Away from the smoothed picture by `factor`. A pixel is smoothed with its eight neighbours, of which it counts five;
/// those at the edge stay.
struct Sharpness {
  double factor = 1;
  void apply(const Picture& picture) const;
};

/// The least and the largest value of each colour become 0 and 255.
struct AutoContrast {
  void apply(const Picture& picture) const;
};

/// Each colour's values are spread so that they come up about equally often.
struct Equalize {
  void apply(const Picture& picture) const;
};

/// The picture seen through an affine map around its centre: what is at p comes from matrix · p + shift (pixels,
/// from the centre), interpolated between the four nearest pixels. The picture is surrounded by `fill`.
struct Warp {
  std::array<double, 4> matrix{1, 0, 0, 1};  ///< xx, xy, yx, yy
  double shift_x = 0;
  double shift_y = 0;
  Colour fill{};
  void apply(const Picture& picture) const;
};

/// A rectangle painted over.
struct Erase {
  int x = 0, y = 0, width = 0, height = 0;
  Colour fill{};
  void apply(const Picture& picture) const;
};

}  // namespace pgt::video
