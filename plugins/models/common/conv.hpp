/// Convolutions of feature maps (N, C, T, H, W).
#pragma once

#include <torch/torch.h>

#include <cstdint>

#include "models/common/conv_layout.hpp"

namespace pgt::models {

/// Weights drawn from a normal distribution of deviation √(2 / (C_out·k_t·k_h·k_w)) (spec/pgt.md 7.8), biases 0.
torch::nn::Conv3d make_conv(const ConvLayout& layout);

}  // namespace pgt::models
