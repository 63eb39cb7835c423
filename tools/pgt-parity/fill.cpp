#include "fill.hpp"

#include <torch/torch.h>

#include <cmath>

namespace pgt::parity {
namespace {

/// The fill of one value: scale · u + offset.
struct Range {
  double scale = 0.1;
  double offset = 0.0;
};

Range range_of(std::string_view name, at::IntArrayRef shape) {
  if (shape.size() == 5) return {std::sqrt(6.0 / static_cast<double>(shape[1] * shape[2] * shape[3] * shape[4])), 0.0};
  if (shape.size() == 2) return {8.0 / static_cast<double>(shape[1]), 0.0};
  if (name.ends_with("running_var")) return {0.2, 1.0};
  if (name.ends_with("running_mean")) return {0.1, 0.0};
  if (name.ends_with("c_bn.weight")) return {0.1, 0.5};
  if (name.ends_with("weight")) return {0.1, 1.0};
  return {0.1, 0.0};
}

double factor_of(const std::string& name, const std::vector<Multiplier>& multipliers) {
  for (const Multiplier& multiplier : multipliers) {
    const bool matches = name.find(multiplier.contains) != std::string::npos && name.ends_with(multiplier.ends_with);
    if (matches) return multiplier.factor;
  }
  return 1.0;
}

}  // namespace

Fill::Fill(std::string_view name) : state_(0xcbf29ce484222325U) {
  for (const char c : name) state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
}

double Fill::next() {
  state_ += 0x9E3779B97F4A7C15U;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  z ^= z >> 31;
  return static_cast<double>(z >> 11) * 0x1p-52 - 1.0;
}

at::Tensor filled_parameter(const std::string& name, at::IntArrayRef shape,
                            const std::vector<Multiplier>& multipliers) {
  at::Tensor tensor = torch::zeros(shape);
  if (name.ends_with("num_batches_tracked")) return tensor;
  const Range range = range_of(name, shape);
  const double factor = factor_of(name, multipliers);
  Fill fill(name);
  float* values = tensor.data_ptr<float>();
  for (std::int64_t i = 0; i < tensor.numel(); ++i) {
    values[i] = static_cast<float>((range.offset + range.scale * fill.next()) * factor);
  }
  return tensor;
}

at::Tensor filled_clip(const ClipFill& clip) {
  constexpr std::int64_t channels = 3;
  at::Tensor tensor = torch::empty({clip.batch, channels, clip.frames, clip.height, clip.width});
  Fill fill("input");
  float* value = tensor.data_ptr<float>();
  for (std::int64_t n = 0; n < clip.batch; ++n) {
    for (std::int64_t c = 0; c < channels; ++c) {
      for (std::int64_t t = 0; t < clip.frames; ++t) {
        for (std::int64_t y = 0; y < clip.height; ++y) {
          for (std::int64_t x = 0; x < clip.width; ++x) {
            const auto d = [](std::int64_t i) { return static_cast<double>(i); };
            const double wave = std::sin(0.9 * d(t) + 0.21 * d(y) + 0.13 * d(x) + 1.1 * d(c) + 0.7 * d(n) + clip.phase);
            *value++ = static_cast<float>(wave + 0.5 * fill.next());
          }
        }
      }
    }
  }
  return tensor;
}

}  // namespace pgt::parity
