#include "video/normalise.hpp"

namespace pgt::video {

Normaliser::Normaliser(std::span<const double> mean, std::span<const double> std) {
  for (std::size_t channel = 0; channel < 3; ++channel) {
    const float middle = static_cast<float>(mean[channel]) * 255;
    const float spread = static_cast<float>(std[channel]) * 255;
    for (std::size_t byte = 0; byte < 256; ++byte) {
      values_[channel][byte] = (static_cast<float>(byte) - middle) / spread;
    }
  }
}

void Normaliser::apply(std::span<const std::uint8_t> rgb, float* out, std::int64_t stride) const {
  const std::size_t pixels = rgb.size() / 3;
  for (std::size_t channel = 0; channel < 3; ++channel) {
    const std::array<float, 256>& values = values_[channel];
    const std::uint8_t* from = rgb.data() + channel;
    float* to = out + static_cast<std::int64_t>(channel) * stride;
    for (std::size_t i = 0; i < pixels; ++i) to[i] = values[from[3 * i]];
  }
}

}  // namespace pgt::video
