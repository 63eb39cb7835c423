#include "lateral.hpp"

#include <stdexcept>
#include <string>

#include "models/common/conv.hpp"

namespace resnet3d {

using pgt::models::make_conv;

Lateral::Lateral(const LateralLayout& layout, const NormLayout& norm)
    : layout_(layout), conv_(register_module("conv_f2s", make_conv(layout.conv))) {
  if (layout.norm) norm_ = register_module("bn", std::make_shared<pgt::models::Norm>(norm, layout.conv.out));
}

at::Tensor Lateral::forward(const at::Tensor& slow, const at::Tensor& fast) {
  at::Tensor fused = conv_->forward(fast);
  if (norm_) fused = layout_.relu ? norm_->relu_of(fused) : norm_->forward(fused);
  if (!norm_ && layout_.relu) fused = fused.relu();
  const std::int64_t surplus = fused.size(2) - slow.size(2);
  if (surplus < 0) {
    throw std::runtime_error("the fast pathway has " + std::to_string(fast.size(2)) + " frames, too few for " +
                             std::to_string(slow.size(2)) + " of the slow one at frame_ratio " +
                             std::to_string(layout_.conv.temporal_stride));
  }
  return torch::cat({slow, fused.slice(2, surplus)}, 1);
}

}  // namespace resnet3d
