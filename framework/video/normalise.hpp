/// From bytes to what a network takes.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace pgt::video {

/// (byte / 255 − mean) / std, a channel each, in one pass: single-precision arithmetic in the order
/// (byte − 255·mean) / (255·std). Thread: any.
class Normaliser {
 public:
  /// `mean` and `std` have three numbers each, of a range of 0 to 1.
  Normaliser(std::span<const double> mean, std::span<const double> std);

  /// `rgb`: any number of pixels of three bytes. Writes all red values from `out` on, all green ones from `out` +
  /// stride and all blue ones from `out` + 2·stride.
  void apply(std::span<const std::uint8_t> rgb, float* out, std::int64_t stride) const;

 private:
  std::array<float, 3> middle_{}, spread_{};
};

}  // namespace pgt::video
