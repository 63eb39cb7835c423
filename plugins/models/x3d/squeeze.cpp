#include "squeeze.hpp"

#include "models/common/conv.hpp"

namespace x3d {

using pgt::models::make_conv;

SqueezeExcitation::SqueezeExcitation(std::int64_t channels, std::int64_t squeezed)
    : fc1_(register_module("fc1", make_conv({.in = channels, .out = squeezed, .bias = true}))),
      fc2_(register_module("fc2", make_conv({.in = squeezed, .out = channels, .bias = true}))) {}

at::Tensor SqueezeExcitation::forward(const at::Tensor& x) {
  const at::Tensor mean = x.mean({2, 3, 4}, true);
  return x * fc2_->forward(fc1_->forward(mean).relu_()).sigmoid_();
}

}  // namespace x3d
