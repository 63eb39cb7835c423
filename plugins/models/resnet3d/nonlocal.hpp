/// Non-local blocks: every place of a map looks at every place of a map.
#pragma once

#include <torch/torch.h>

#include <memory>
#include <optional>

#include <pgt/sdk/backbone.hpp>

#include "layout.hpp"
#include "models/common/conv.hpp"
#include "models/common/norm.hpp"

namespace resnet3d {

/// Source: Non-local Neural Networks, arXiv 1711.07971; docs/method.md M2.8.
class NonLocal : public torch::nn::Module {
 public:
  NonLocal(const NonLocalLayout& layout, bool zero_init_norm);
  /// `x` with what its places see in `memory` added. Both (N, C, T, H, W), of any T.
  at::Tensor forward(const at::Tensor& x, const at::Tensor& memory);

 private:
  at::Tensor pooled(const at::Tensor& memory) const;
  /// (N, places of `query`, places of `key`)
  at::Tensor weights(const at::Tensor& query, const at::Tensor& key) const;

  NonLocalLayout layout_;
  pgt::models::Convolution query_{nullptr};
  pgt::models::Convolution key_{nullptr};
  pgt::models::Convolution value_{nullptr};
  pgt::models::Convolution out_{nullptr};
  std::shared_ptr<pgt::models::Norm> norm_;
};

}  // namespace resnet3d
