/// Numbers that parameters and clips are filled with, the same for everyone: a hash of a name and a place
/// (tests/golden/README.md, "Deterministic fill").
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pgt::parity {

/// Uniform numbers in [-1, 1).
class Fill {
 public:
  explicit Fill(std::string_view name);
  double next();

 private:
  std::uint64_t state_;
};

/// Multiplies the fill of the tensors whose name contains the one and ends with the other.
struct Multiplier {
  std::string contains;
  std::string ends_with;
  double factor = 1.0;
};

/// float32, on the CPU; zeros for `num_batches_tracked`.
at::Tensor filled_parameter(const std::string& name, at::IntArrayRef shape, const std::vector<Multiplier>& multipliers);

struct ClipFill {
  std::int64_t batch = 1;
  std::int64_t frames = 0;
  std::int64_t height = 0;  ///< pixels
  std::int64_t width = 0;   ///< pixels
  double phase = 0.0;
};

/// (N, 3, F, H, W), float32, on the CPU.
at::Tensor filled_clip(const ClipFill& clip);

}  // namespace pgt::parity
