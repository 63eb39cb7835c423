/// From feature maps to class scores.
#pragma once

#include <torch/torch.h>

#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "layout.hpp"

namespace resnet3d {

/// Pools the maps of all pathways, with carried frames beside the new ones, and scores what is left (docs/method.md
/// M2.6). Parameters: `projection.{weight,bias}`.
class Head : public torch::nn::Module {
 public:
  explicit Head(const HeadLayout& layout);

  /// Maps to features, of each pathway: (N, C, T, H, W) to (N, T, places · C).
  std::vector<at::Tensor> pool_space(const std::vector<at::Tensor>& maps) const;
  /// Pools time, and scores every position: (N, P, K), P = bins × places.
  at::Tensor score(const std::vector<at::Tensor>& features, std::int64_t bins);
  /// Pools time, then every box of the maps, and scores each: (R, 1, K).
  at::Tensor score_boxes(const std::vector<at::Tensor>& maps, const pgt::sdk::Fragment& fragment);

  /// The features of all pathways side by side, at the moments of the first: (N, F, C). Nothing is lost.
  at::Tensor join(const std::vector<at::Tensor>& features) const;
  /// And apart again.
  std::vector<at::Tensor> part(const at::Tensor& features) const;

 private:
  /// (N, C, T, H, W) to (R, C, 1, 1, 1).
  at::Tensor pool_boxes(const at::Tensor& x, const pgt::sdk::Fragment& fragment) const;
  /// (N, C, T, H, W) or (R, C, 1, 1, 1) of all pathways.
  at::Tensor classify(const std::vector<at::Tensor>& pooled);

  HeadLayout layout_;
  torch::nn::Linear projection_;
};

/// What is scored at each moment of the first pathway: space pooled, and the mean of the fast pathway's frames beside
/// that moment. (N, F, C of all pathways).
at::Tensor moment_features(const std::vector<at::Tensor>& maps, const pgt::models::PoolLayout& pool);

}  // namespace resnet3d
