/// From feature maps to class scores.
#pragma once

#include <torch/torch.h>

#include <memory>

#include <pgt/sdk/backbone.hpp>

#include "layout.hpp"
#include "models/common/norm.hpp"

namespace x3d {

class Head : public torch::nn::Module {
 public:
  /// `in` channels are made `wide` before the map is pooled.
  Head(const Layout& layout, std::int64_t in, std::int64_t wide);
  /// (N, C, T, H, W) to (N, P, K). What is carried is wide, and pooled with the new frames.
  at::Tensor forward(const at::Tensor& x, std::int64_t bins, pgt::sdk::Carry& carry, pgt::sdk::SiteIndex site);

 private:
  pgt::models::PoolLayout pool_;
  double dropout_;
  torch::nn::Conv3d conv_5_;
  std::shared_ptr<pgt::models::Norm> conv_5_norm_;
  torch::nn::Conv3d lin_5_;
  std::shared_ptr<pgt::models::Norm> lin_5_norm_;  ///< may be none
  torch::nn::Linear projection_;
};

}  // namespace x3d
