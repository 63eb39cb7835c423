#include "stem.hpp"

#include "models/common/conv.hpp"

namespace resnet3d {

using pgt::models::make_conv;

Stem::Stem(const StemLayout& layout, const NormLayout& norm) : layout_(layout) {
  if (layout.spatial) {
    spatial_ = register_module("conv_xy", make_conv(*layout.spatial));
    spatial_norm_ = register_module("bn_xy", std::make_shared<Norm>(norm, layout.spatial->out));
  }
  conv_ = register_module("conv", make_conv(layout.conv));
  norm_ = register_module("bn", std::make_shared<Norm>(norm, layout.conv.out));
}

at::Tensor Stem::forward(const at::Tensor& x) {
  const at::Tensor map = spatial_ ? spatial_norm_->relu_of(spatial_->forward(x)) : x;
  const at::Tensor y = norm_->relu_of(conv_->forward(map));
  if (!layout_.max_pool) return y;
  const std::int64_t padding = layout_.pool_padding ? 1 : 0;
  return torch::max_pool3d(y, {1, 3, 3}, {1, 2, 2}, {0, padding, padding});
}

}  // namespace resnet3d
