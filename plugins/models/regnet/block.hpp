/// Residual blocks of grouped convolutions.
#pragma once

#include <torch/torch.h>

#include <memory>

#include <pgt/sdk/backbone.hpp>

#include "models/common/conv.hpp"
#include "models/common/norm.hpp"

namespace regnet {

using pgt::models::Norm;
using pgt::models::NormLayout;

struct BlockLayout {
  std::int64_t in = 0;   ///< channels
  std::int64_t out = 0;  ///< channels, within the block too
  std::int64_t groups = 1;
  std::int64_t temporal_kernel = 1;
  std::int64_t stride = 1;  ///< pixels
};

/// conv1 (T, 1, 1), conv2 (1, 3, 3) in groups, conv3 (1, 1, 1).
class Block : public torch::nn::Module {
 public:
  Block(const BlockLayout& layout, const NormLayout& norm, bool zero_init_final_norm);
  /// The carried frames go through shortcut and branch with the new ones and leave before the last ReLU, as in the
  /// residual networks (docs/method.md M2.4). The reference drops the padding in time instead, and runs out of frames.
  at::Tensor forward(const at::Tensor& x, pgt::sdk::Carry& carry, pgt::sdk::SiteIndex site);

 private:
  pgt::models::Convolution conv1_;
  std::shared_ptr<Norm> norm1_;
  pgt::models::Convolution conv2_;
  std::shared_ptr<Norm> norm2_;
  pgt::models::Convolution conv3_;
  std::shared_ptr<Norm> norm3_;
  pgt::models::Convolution projection_{nullptr};  ///< of the shortcut, where channels or size change
  std::shared_ptr<Norm> projection_norm_;
};

}  // namespace regnet
