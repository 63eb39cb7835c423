/// Squeeze and excitation: every channel is scaled by what the whole map says about it.
#pragma once

#include <torch/torch.h>

namespace x3d {

class SqueezeExcitation : public torch::nn::Module {
 public:
  SqueezeExcitation(std::int64_t channels, std::int64_t squeezed);
  /// The mean is over all of x's frames, carried ones included.
  at::Tensor forward(const at::Tensor& x);

 private:
  torch::nn::Conv3d fc1_;
  torch::nn::Conv3d fc2_;
};

}  // namespace x3d
