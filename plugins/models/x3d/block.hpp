/// Inverted residual blocks: wide within, and all that looks across time and space is depth-wise.
#pragma once

#include <torch/torch.h>

#include <memory>

#include <pgt/sdk/backbone.hpp>

#include "layout.hpp"
#include "models/common/conv.hpp"
#include "models/common/norm.hpp"
#include "squeeze.hpp"

namespace x3d {

using pgt::models::Norm;
using pgt::models::NormLayout;

/// a: 1×1×1, b: depth-wise, squeeze and excitation, swish, c: 1×1×1; a normalisation after each convolution.
class Branch : public torch::nn::Module {
 public:
  Branch(const BlockLayout& layout, const NormLayout& norm, bool zero_init_final_norm);
  /// relu(branch(x) + shortcut)
  at::Tensor forward(const at::Tensor& x, const at::Tensor& shortcut);

 private:
  pgt::models::Convolution a_;
  std::shared_ptr<Norm> a_norm_;
  pgt::models::Convolution b_;
  std::shared_ptr<Norm> b_norm_;
  std::shared_ptr<SqueezeExcitation> squeeze_;  ///< may be none
  pgt::models::Convolution c_;
  std::shared_ptr<Norm> c_norm_;
};

class Block : public torch::nn::Module {
 public:
  Block(const BlockLayout& layout, const NormLayout& norm, bool zero_init_final_norm);
  at::Tensor forward(const at::Tensor& x, pgt::sdk::Carry& carry, pgt::sdk::SiteIndex site);

 private:
  pgt::models::Convolution projection_{nullptr};  ///< of the shortcut, where channels or size change
  std::shared_ptr<Norm> projection_norm_;
  std::shared_ptr<Branch> branch_;
};

}  // namespace x3d
