/// Convolutions of feature maps (N, C, T, H, W).
#pragma once

#include <torch/torch.h>

#include <cstdint>

#include "models/common/conv_layout.hpp"

namespace pgt::models {

/// torch's, and on a CPU as fast as it can be on one thread too.
class ConvolutionImpl : public torch::nn::Conv3dImpl {
 public:
  using Conv3dImpl::Conv3dImpl;
  at::Tensor forward(const at::Tensor& x);
};
TORCH_MODULE(Convolution);

/// Weights drawn from a normal distribution of deviation √(2 / (C_out·k_t·k_h·k_w)) (docs/method.md M6.8), biases 0.
Convolution make_conv(const ConvLayout& layout);

/// Frames as the first convolution of a network gets them: on a GPU, and on a CPU that computes in 16 bits, with the
/// channels of a place next to each other in memory (channels last), which the maps after it keep and which is fastest
/// there. The values are the same. Not for networks of depth-wise convolutions: those are slower so.
at::Tensor for_convolutions(const at::Tensor& frames);

}  // namespace pgt::models
