#include "video/normalise.hpp"

#include <array>

#include "video/vectorised.hpp"

namespace pgt::video {
namespace {

struct Planes {
  std::array<float*, 3> out;
  std::array<float, 3> middle, spread;
};

[[gnu::always_inline]] inline void normalise(const std::uint8_t* rgb, std::size_t pixels, const Planes& planes) {
  const auto [red, green, blue] = planes.out;
  const auto [red_middle, green_middle, blue_middle] = planes.middle;
  const auto [red_spread, green_spread, blue_spread] = planes.spread;
#pragma GCC ivdep  // what is written overlaps nothing that is read
  for (std::size_t i = 0; i < pixels; ++i) {
    red[i] = (static_cast<float>(rgb[3 * i]) - red_middle) / red_spread;
    green[i] = (static_cast<float>(rgb[3 * i + 1]) - green_middle) / green_spread;
    blue[i] = (static_cast<float>(rgb[3 * i + 2]) - blue_middle) / blue_spread;
  }
}

}  // namespace

Normaliser::Normaliser(std::span<const double> mean, std::span<const double> std) {
  for (std::size_t channel = 0; channel < 3; ++channel) {
    middle_[channel] = static_cast<float>(mean[channel]) * 255;
    spread_[channel] = static_cast<float>(std[channel]) * 255;
  }
}

void Normaliser::apply(std::span<const std::uint8_t> rgb, float* out, std::int64_t stride) const {
  const Planes planes{{out, out + stride, out + 2 * stride}, middle_, spread_};
  vectorised<normalise>(rgb.data(), rgb.size() / 3, planes);
}

}  // namespace pgt::video
