/// What a network computes, counted while it does.
#pragma once

#include <cstdint>
#include <functional>

namespace pgt::model {

struct Cost {
  double multiply_adds = 0;      ///< of convolutions, matrix products and attention
  std::int64_t activations = 0;  ///< numbers that convolutions, matrix products and normalisations give
};

/// What `work` does on this thread. On the CPU; other devices call some operators by other names.
Cost cost_of(const std::function<void()>& work);

}  // namespace pgt::model
