#include "video/normalise.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace pgt::video {
namespace {

TEST(Normaliser, GivesPlanesOfTheValuesThatArithmeticGives) {
  const std::array<double, 3> mean{0.45, 0.406, 0.5}, std{0.225, 0.229, 1};
  std::vector<std::uint8_t> rgb(3 * 256);
  for (std::size_t i = 0; i < rgb.size(); ++i) rgb[i] = static_cast<std::uint8_t>((i / 3 + 80 * (i % 3)) % 256);
  const std::int64_t stride = 300;
  std::vector<float> out(3 * stride, -99);
  Normaliser(mean, std).apply(rgb, out.data(), stride);
  for (std::size_t channel = 0; channel < 3; ++channel) {
    for (std::size_t i = 0; i < 256; ++i) {
      const float byte = rgb[3 * i + channel];
      const float expected =
          (byte - static_cast<float>(mean[channel]) * 255) / (static_cast<float>(std[channel]) * 255);
      ASSERT_EQ(out[channel * stride + i], expected) << channel << " " << i;
    }
    EXPECT_EQ(out[channel * stride + 256], -99);
  }
}

}  // namespace
}  // namespace pgt::video
