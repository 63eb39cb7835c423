/// How heads pool, and the layer that scores what is left.
#pragma once

#include <torch/torch.h>

#include <cstdint>

#include "models/common/pool_layout.hpp"

namespace pgt::models {

/// (N, C, T, H, W) to (N, C, T, H', W') (docs/method.md M4.2). Heads pool space first, then time.
at::Tensor pool_space(const at::Tensor& x, const PoolLayout& layout);

/// (N, C, T, H, W) to (N, C, bins, H, W).
at::Tensor pool_time(const at::Tensor& x, Pool pool, std::int64_t bins);

/// Linear layer of a head: weights of deviation 0.01, biases 0 (docs/method.md M6.8).
torch::nn::Linear make_classifier(std::int64_t channels, std::int64_t classes);

/// (N, C, T, H, W) to (N, T·H·W, C).
at::Tensor positions_last(const at::Tensor& x);

}  // namespace pgt::models
