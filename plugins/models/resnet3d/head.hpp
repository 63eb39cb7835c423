/// From feature maps to class scores.
#pragma once

#include <torch/torch.h>

#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "layout.hpp"

namespace resnet3d {

/// Pools the maps of all pathways and scores what is left, with carried frames beside the new ones (docs/method.md
/// M2.6). Basic: pools space, then time, and scores every position. RoI: pools time, then every box, and scores each.
/// Parameters: `projection.{weight,bias}`. Sites: one for each pathway, of the kind `head`.
class Head : public torch::nn::Module {
 public:
  explicit Head(const HeadLayout& layout);
  /// (N, C, T, H, W) of each pathway to (N, P, K), P = bins × places, or to (R, 1, K) where it scores boxes.
  at::Tensor forward(const std::vector<at::Tensor>& pathways, const pgt::sdk::Fragment& fragment,
                     pgt::sdk::Carry& carry, const std::vector<pgt::sdk::SiteIndex>& sites);

 private:
  /// (N, C, T, H, W) to (R, C, 1, 1, 1).
  at::Tensor pool_boxes(const at::Tensor& x, const pgt::sdk::Fragment& fragment) const;

  HeadLayout layout_;
  torch::nn::Linear projection_;
};

}  // namespace resnet3d
