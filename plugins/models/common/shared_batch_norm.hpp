/// Batch normalisation over the videos of all processes that train together.
#pragma once

#include <torch/torch.h>

#include <cstdint>

#include <pgt/sdk/batch_sums.hpp>

namespace pgt::models {

/// As torch::batch_norm in training, of the rows `x` (N, C, …) of this process and those of all others. Moves the
/// running statistics by those of the whole batch.
struct SharedBatchNorm {
  at::Tensor weight, bias;  ///< (C)
  at::Tensor running_mean, running_var;
  double momentum, epsilon;
  pgt::sdk::BatchSums& sums;
  std::int64_t place;  ///< of `sums`

  at::Tensor of(const at::Tensor& x) const;
};

}  // namespace pgt::models
