#include "block.hpp"

#include "models/common/conv.hpp"

namespace x3d {

using pgt::models::ConvLayout;
using pgt::models::make_conv;

namespace {

ConvLayout depthwise(const BlockLayout& layout) {
  return {.in = layout.inner,
          .out = layout.inner,
          .temporal_kernel = layout.temporal_kernel,
          .kernel = 3,
          .stride = layout.stride,
          .groups = layout.inner};
}

}  // namespace

Branch::Branch(const BlockLayout& layout, const NormLayout& norm, bool zero_init_final_norm)
    : a_(register_module("a", make_conv({.in = layout.in, .out = layout.inner}))),
      a_norm_(register_module("a_bn", std::make_shared<Norm>(norm, layout.inner))),
      b_(register_module("b", make_conv(depthwise(layout)))),
      b_norm_(register_module("b_bn", std::make_shared<Norm>(norm, layout.inner))),
      squeeze_(layout.squeeze > 0
                   ? register_module("se", std::make_shared<SqueezeExcitation>(layout.inner, layout.squeeze))
                   : nullptr),
      c_(register_module("c", make_conv({.in = layout.inner, .out = layout.out}))),
      c_norm_(register_module("c_bn", std::make_shared<Norm>(norm, layout.out))) {
  if (zero_init_final_norm) c_norm_->start_at_zero();
}

at::Tensor Branch::forward(const at::Tensor& x, const at::Tensor& shortcut) {
  at::Tensor y = a_norm_->relu_of(a_->forward(x));
  y = b_norm_->forward(b_->forward(y));
  if (squeeze_) y = squeeze_->forward(y);
  return c_norm_->relu_of_sum(c_->forward(torch::silu(y)), shortcut);
}

Block::Block(const BlockLayout& layout, const NormLayout& norm, bool zero_init_final_norm) {
  if (layout.in != layout.out || layout.stride != 1) {
    projection_ = register_module("branch1", make_conv({.in = layout.in, .out = layout.out, .stride = layout.stride}));
    projection_norm_ = register_module("branch1_bn", std::make_shared<Norm>(norm, layout.out));
  }
  branch_ = register_module("branch2", std::make_shared<Branch>(layout, norm, zero_init_final_norm));
}

at::Tensor Block::forward(const at::Tensor& x, pgt::sdk::Carry& carry, pgt::sdk::SiteIndex site) {
  const at::Tensor input = carry.enter(site, x);
  const at::Tensor shortcut = projection_ ? projection_norm_->forward(projection_->forward(input)) : input;
  return carry.leave(site, branch_->forward(input, shortcut));
}

}  // namespace x3d
