/// Residual blocks: the places where most of time crosses a fragment's border.
#pragma once

#include <torch/torch.h>

#include <memory>
#include <utility>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "layout.hpp"
#include "models/common/conv.hpp"
#include "models/common/norm.hpp"

namespace resnet3d {

using pgt::models::Norm;

/// The branch of a residual block: convolutions named a, b, c …, each with its normalisation (a_bn, b_bn …).
class Branch : public torch::nn::Module {
 public:
  Branch(const std::vector<ConvLayout>& convs, const NormLayout& norm, bool zero_init_final_norm);
  /// relu(branch(x) + shortcut)
  at::Tensor forward(at::Tensor x, const at::Tensor& shortcut);

 private:
  std::vector<std::pair<pgt::models::Convolution, std::shared_ptr<Norm>>> layers_;
};

class ResidualBlock : public torch::nn::Module {
 public:
  ResidualBlock(const BlockLayout& layout, const NormLayout& norm, bool zero_init_final_norm);
  /// The carried frames go through shortcut and branch with the new ones and leave at the end (docs/method.md M2.4).
  /// Throws std::runtime_error where frames are carried and the block strides over time.
  at::Tensor forward(const at::Tensor& x, pgt::sdk::Carry& carry, pgt::sdk::SiteIndex site);

 private:
  std::int64_t temporal_stride_;
  pgt::models::Convolution projection_{nullptr};
  std::shared_ptr<Norm> projection_norm_;
  std::shared_ptr<Branch> branch_;
};

}  // namespace resnet3d
