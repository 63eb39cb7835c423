#include "stem.hpp"

#include "conv.hpp"

namespace resnet3d {

Stem::Stem(const StemLayout& layout, const NormLayout& norm)
    : max_pool_(layout.max_pool),
      conv_(register_module("conv", make_conv(layout.conv))),
      norm_(register_module("bn", std::make_shared<Norm>(norm, layout.conv.out))) {}

at::Tensor Stem::forward(const at::Tensor& x) {
  const at::Tensor y = norm_->forward(conv_->forward(x)).relu_();
  return max_pool_ ? torch::max_pool3d(y, {1, 3, 3}, {1, 2, 2}, {0, 1, 1}) : y;
}

}  // namespace resnet3d
