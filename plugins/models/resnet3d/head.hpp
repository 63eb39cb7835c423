/// From feature maps to class scores.
#pragma once

#include <torch/torch.h>

#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "layout.hpp"

namespace resnet3d {

/// Pools space, then time, of every pathway, then scores every position that is left (spec/pgt.md 2.5, 4.2).
class Head : public torch::nn::Module {
 public:
  explicit Head(const HeadLayout& layout);
  /// (N, C, T, H, W) of each pathway to (N, P, K), P = bins × places. Carried frames are pooled with the new ones.
  at::Tensor forward(const std::vector<at::Tensor>& pathways, std::int64_t bins, pgt::sdk::Carry& carry,
                     const std::vector<pgt::sdk::SiteIndex>& sites);

 private:
  HeadLayout layout_;
  torch::nn::Linear projection_;
};

}  // namespace resnet3d
