/// From feature maps to class scores.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <memory>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "layout.hpp"
#include "models/common/conv.hpp"
#include "models/common/moment_head.hpp"
#include "models/common/norm.hpp"

namespace x3d {

/// Makes the channels of a map wide, pools it, and scores what is left: videos, or every moment.
class Head : public torch::nn::Module {
 public:
  /// `in` channels are made `wide` before the map is pooled. Its sites are added to `sites`: "head", or those of a
  /// moment head.
  Head(const Layout& layout, std::int64_t in, std::int64_t wide, std::vector<pgt::sdk::Site>& sites);
  /// (N, C, T, H, W) to (N, P, K). What is carried is wide, and pooled with the new frames.
  at::Tensor forward(const at::Tensor& x, std::int64_t bins, pgt::sdk::Carry& carry);
  /// (N, C, T, H, W) to (N, T, P · wide).
  at::Tensor features(const at::Tensor& x);
  /// What `forward` gives, of features; what is carried are features.
  at::Tensor score(const at::Tensor& features, std::int64_t bins, pgt::sdk::Carry& carry);

 private:
  at::Tensor widen(const at::Tensor& x);
  at::Tensor score_positions(const at::Tensor& features, std::int64_t bins);
  /// The last layer but one, of pooled maps.
  at::Tensor compress(const at::Tensor& pooled);
  at::Tensor score_moments(const at::Tensor& features, pgt::sdk::Carry& carry);

  pgt::models::PoolLayout pool_;
  double dropout_;
  std::int64_t wide_;
  pgt::models::Convolution conv_5_;
  std::shared_ptr<pgt::models::Norm> conv_5_norm_;
  pgt::models::Convolution lin_5_;
  std::shared_ptr<pgt::models::Norm> lin_5_norm_;  ///< may be none
  torch::nn::Linear projection_{nullptr};          ///< of videos …
  pgt::sdk::SiteIndex site_ = 0;
  std::shared_ptr<pgt::models::MomentHead> moments_;  ///< … or of moments
};

}  // namespace x3d
