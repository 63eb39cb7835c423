/// The first layers of a pathway: from pixels to feature maps.
#pragma once

#include <torch/torch.h>

#include <memory>

#include "layout.hpp"
#include "models/common/conv.hpp"
#include "models/common/norm.hpp"

namespace resnet3d {

using pgt::models::Norm;

/// Convolution, normalisation, ReLU and, where the layout has them, the same in front, and max pooling.
class Stem : public torch::nn::Module {
 public:
  Stem(const StemLayout& layout, const NormLayout& norm);
  at::Tensor forward(const at::Tensor& x);

 private:
  StemLayout layout_;
  pgt::models::Convolution spatial_{nullptr};
  std::shared_ptr<Norm> spatial_norm_;
  pgt::models::Convolution conv_{nullptr};
  std::shared_ptr<Norm> norm_;
};

}  // namespace resnet3d
