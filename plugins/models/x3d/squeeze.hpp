/// Squeeze and excitation: every channel is scaled by what the whole map says about it.
#pragma once

#include <torch/torch.h>
#include "models/common/conv.hpp"

namespace x3d {

class SqueezeExcitation : public torch::nn::Module {
 public:
  SqueezeExcitation(std::int64_t channels, std::int64_t squeezed);
  /// The mean is over all of x's frames, carried ones included.
  at::Tensor forward(const at::Tensor& x);

 private:
  pgt::models::Convolution fc1_;
  pgt::models::Convolution fc2_;
};

}  // namespace x3d
