/// Convolutions of feature maps (N, C, T, H, W).
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <vector>

#include "models/common/conv_layout.hpp"

namespace pgt::models {

/// The channels of a place next to each other in memory.
inline constexpr auto channels_last = at::MemoryFormat::ChannelsLast3d;

/// torch's, and on a CPU as fast as it can be on one thread too.
class ConvolutionImpl : public torch::nn::Conv3dImpl {
 public:
  using Conv3dImpl::Conv3dImpl;
  at::Tensor forward(const at::Tensor& x);
};
TORCH_MODULE(Convolution);

/// Weights drawn from a normal distribution of deviation √(2 / (C_out·k_t·k_h·k_w)) (docs/method.md M6.8), biases 0.
Convolution make_conv(const ConvLayout& layout);

/// How the frames and weights of a network lie in memory. Not for networks of depth-wise convolutions: those are slower
/// so.
class LayoutForConvolutions {
 public:
  /// Frames as the first convolution of `network`, always the same one, gets them, and the weights of its convolutions
  /// laid out likewise: the maps in between keep this layout. Channels last where this is fastest: on a GPU, and on a
  /// CPU for large pictures or in 16 bits. No value changes.
  at::Tensor of(const at::Tensor& frames, torch::nn::Module& network);

 private:
  std::vector<at::Tensor> weights_{};  ///< of the convolutions: to gather them takes long, beside all else on a GPU
};

}  // namespace pgt::models
