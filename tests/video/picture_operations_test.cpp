// Each operation against plain arithmetic in double precision.
#include "video/picture_operations.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numbers>
#include <numeric>
#include <vector>

#include "base/random.hpp"

namespace pgt::video {
namespace {

constexpr int width = 23, height = 17;

/// A picture that knows its pixels.
struct Canvas {
  std::vector<std::uint8_t> rgb = std::vector<std::uint8_t>(3 * width * height);

  int at(int x, int y, int colour) const { return rgb[static_cast<std::size_t>(3 * (y * width + x) + colour)]; }
  double grey(int x, int y) const { return 0.299 * at(x, y, 0) + 0.587 * at(x, y, 1) + 0.114 * at(x, y, 2); }

  template <class Operation>
  Canvas after(const Operation& operation) const {
    Canvas changed = *this;
    std::vector<std::uint8_t> spare(rgb.size(), 99);
    operation.apply(Picture{changed.rgb, width, height, spare});
    return changed;
  }
};

/// Any values from `low` to `high`, other ones for another seed.
Canvas noise(std::uint64_t seed, int low = 0, int high = 255) {
  Canvas canvas;
  Random random(seed, 0, 0, Purpose::model_init);
  for (std::uint8_t& value : canvas.rgb) value = static_cast<std::uint8_t>(random.integer(low, high));
  return canvas;
}

using Exact = std::function<double(int x, int y, int colour)>;

/// That each byte is the exact number, cut off at 0 and 255 and rounded.
void expect_rounded(const Canvas& canvas, const Exact& exact, double slack = 2e-3) {
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int colour = 0; colour < 3; ++colour) {
        const double value = std::clamp(exact(x, y, colour), 0.0, 255.0);
        ASSERT_NEAR(canvas.at(x, y, colour), value, 0.5 + slack) << x << "," << y << " colour " << colour;
      }
    }
  }
}

TEST(PictureOperations, BrightnessMultiplies) {
  const Canvas before = noise(1);
  for (const double factor : {0.0, 0.6, 1.0, 1.4, 2.0}) {
    expect_rounded(before.after(brightness(factor)), [&](int x, int y, int c) { return factor * before.at(x, y, c); });
  }
  EXPECT_EQ(before.after(brightness(1)).rgb, before.rgb);
}

TEST(PictureOperations, ShiftAddsToEachColour) {
  const Canvas before = noise(2);
  const std::array<double, 3> shift{0.1, -0.2, 0.003};
  expect_rounded(before.after(shifted(shift)),
                 [&](int x, int y, int c) { return before.at(x, y, c) + 255 * shift[static_cast<std::size_t>(c)]; });
}

TEST(PictureOperations, ContrastBlendsWithTheMeanGrey) {
  const Canvas before = noise(3, 40, 230);
  double mean = 0;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) mean += before.grey(x, y) / (width * height);
  }
  for (const double factor : {0.0, 0.6, 1.0, 1.9}) {
    expect_rounded(before.after(Contrast{factor}),
                   [&](int x, int y, int c) { return factor * before.at(x, y, c) + (1 - factor) * mean; });
  }
}

TEST(PictureOperations, SaturationBlendsWithThePixelsGrey) {
  const Canvas before = noise(4);
  for (const double factor : {0.0, 0.6, 1.0, 1.9}) {
    expect_rounded(before.after(Saturation{factor}),
                   [&](int x, int y, int c) { return factor * before.at(x, y, c) + (1 - factor) * before.grey(x, y); });
  }
}

TEST(PictureOperations, SharpnessBlendsWithTheSmoothedPicture) {
  const Canvas before = noise(5);
  for (const double factor : {0.1, 1.0, 1.9}) {
    expect_rounded(before.after(Sharpness{factor}), [&](int x, int y, int c) -> double {
      if (x == 0 || y == 0 || x == width - 1 || y == height - 1) return before.at(x, y, c);
      double smooth = 4.0 / 13 * before.at(x, y, c);
      for (int dy = -1; dy <= 1; ++dy) {
        for (int dx = -1; dx <= 1; ++dx) smooth += 1.0 / 13 * before.at(x + dx, y + dy, c);
      }
      return factor * before.at(x, y, c) + (1 - factor) * smooth;
    });
  }
}

TEST(PictureOperations, PosterizeKeepsHighBits) {
  const Canvas before = noise(6);
  for (int bits = 4; bits <= 8; ++bits) {
    const int coarse = 1 << (8 - bits);
    expect_rounded(before.after(posterize(bits)),
                   [&](int x, int y, int c) { return before.at(x, y, c) / coarse * coarse; });
  }
}

TEST(PictureOperations, SolarizeInvertsBrightValues) {
  const Canvas before = noise(7);
  for (const double threshold : {0.0, 127.5, 255.0}) {
    expect_rounded(before.after(solarize(threshold)), [&](int x, int y, int c) {
      const int value = before.at(x, y, c);
      return value < threshold ? value : 255 - value;
    });
  }
}

TEST(PictureOperations, AutoContrastReachesBlackAndWhite) {
  const Canvas before = noise(8, 60, 190);
  int least[3] = {255, 255, 255}, largest[3] = {0, 0, 0};
  for (std::size_t i = 0; i < before.rgb.size(); ++i) {
    least[i % 3] = std::min<int>(least[i % 3], before.rgb[i]);
    largest[i % 3] = std::max<int>(largest[i % 3], before.rgb[i]);
  }
  expect_rounded(before.after(AutoContrast{}), [&](int x, int y, int c) {
    return 255.0 * (before.at(x, y, c) - least[c]) / (largest[c] - least[c]);
  });
  EXPECT_EQ(noise(9, 77, 77).after(AutoContrast{}).rgb, noise(9, 77, 77).rgb);
}

/// As Pillow documents it: the value of rank r goes to about r / step, where step is the 255th part of all pixels but
/// those of the largest value.
TEST(PictureOperations, EqualizeSpreadsTheRanks) {
  const Canvas before = noise(10, 100, 107);
  const Canvas after = before.after(Equalize{});
  for (int colour = 0; colour < 3; ++colour) {
    std::map<int, int> times;
    for (int i = 0; i < width * height; ++i) ++times[before.rgb[static_cast<std::size_t>(3 * i + colour)]];
    const int step = (width * height - times.rbegin()->second) / 255;
    ASSERT_GT(step, 0);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        int rank = 0;
        for (const auto& [value, count] : times) rank += value < before.at(x, y, colour) ? count : 0;
        ASSERT_EQ(after.at(x, y, colour), std::min(255, (rank + step / 2) / step));
      }
    }
  }
  EXPECT_EQ(noise(9, 77, 77).after(Equalize{}).rgb, noise(9, 77, 77).rgb);
}

constexpr Colour fill{10, 200, 90};

/// The value between the four pixels around (x, y) of a picture that `fill` surrounds.
double interpolated(const Canvas& canvas, double x, double y, int colour) {
  const auto value = [&](double column, double row) -> double {
    if (column < 0 || row < 0 || column >= width || row >= height) return fill[static_cast<std::size_t>(colour)];
    return canvas.at(static_cast<int>(column), static_cast<int>(row), colour);
  };
  double sum = 0;
  for (const double column : {std::floor(x), std::floor(x) + 1}) {
    for (const double row : {std::floor(y), std::floor(y) + 1}) {
      sum += value(column, row) * (1 - std::abs(x - column)) * (1 - std::abs(y - row));
    }
  }
  return sum;
}

TEST(PictureOperations, WarpInterpolatesWhatTheMapPointsAt) {
  const double angle = 20 * std::numbers::pi / 180;
  const Warp warps[] = {{{1, 0.3, 0, 1}, 0, 0, fill},
                        {{1, 0, -0.3, 1}, 0, 0, fill},
                        {{1, 0, 0, 1}, 4.25, 0, fill},
                        {{1, 0, 0, 1}, 0, -7.5, fill},
                        {{std::cos(angle), std::sin(angle), -std::sin(angle), std::cos(angle)}, 1.5, -2, fill}};
  const Canvas before = noise(11, 60, 190);
  for (const Warp& warp : warps) {
    const Exact exact = [&](int x, int y, int colour) {
      const double across = x - 0.5 * (width - 1), down = y - 0.5 * (height - 1);
      return interpolated(before, warp.matrix[0] * across + warp.matrix[1] * down + warp.shift_x + 0.5 * (width - 1),
                          warp.matrix[2] * across + warp.matrix[3] * down + warp.shift_y + 0.5 * (height - 1), colour);
    };
    expect_rounded(before.after(warp), exact, 2.0);  // places are rounded to a 256th of a pixel
  }
  EXPECT_EQ(before.after(Warp{}).rgb, before.rgb);
}

TEST(PictureOperations, WarpMovesByWholePixelsExactly) {
  const Canvas before = noise(12);
  expect_rounded(before.after(Warp{{1, 0, 0, 1}, 3, -2, fill}), [&](int x, int y, int c) -> double {
    return x + 3 < width && y - 2 >= 0 ? before.at(x + 3, y - 2, c) : fill[static_cast<std::size_t>(c)];
  });
}

TEST(PictureOperations, EraseFillsItsRectangleAlone) {
  const Canvas before = noise(13);
  expect_rounded(before.after(Erase{4, 2, 9, 15, fill}), [&](int x, int y, int c) -> double {
    const bool inside = x >= 4 && x < 13 && y >= 2 && y < 17;
    return inside ? fill[static_cast<std::size_t>(c)] : before.at(x, y, c);
  });
}

TEST(PictureOperations, LeaveTheSmallestPicturesWhole) {
  for (const auto& [w, h] : {std::pair(1, 1), {2, 1}, {1, 3}, {2, 2}}) {
    std::vector<std::uint8_t> rgb(static_cast<std::size_t>(3 * w * h), 50), spare = rgb;
    const Picture picture{rgb, w, h, spare};
    Sharpness{1.9}.apply(picture);
    Contrast{0.5}.apply(picture);
    Saturation{1.5}.apply(picture);
    AutoContrast{}.apply(picture);
    Equalize{}.apply(picture);
    Warp{}.apply(picture);
    EXPECT_EQ(rgb, spare) << w << "x" << h;  // of one grey, where nothing is to change
  }
}

}  // namespace
}  // namespace pgt::video
