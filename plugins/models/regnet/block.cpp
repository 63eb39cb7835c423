#include "block.hpp"

#include "models/common/conv.hpp"

namespace regnet {

using pgt::models::make_conv;

Block::Block(const BlockLayout& l, const NormLayout& norm, bool zero_init_final_norm)
    : conv1_(register_module("conv1", make_conv({.in = l.in, .out = l.out, .temporal_kernel = l.temporal_kernel}))),
      norm1_(register_module("bn1", std::make_shared<Norm>(norm, l.out))),
      conv2_(register_module(
          "conv2", make_conv({.in = l.out, .out = l.out, .kernel = 3, .stride = l.stride, .groups = l.groups}))),
      norm2_(register_module("bn2", std::make_shared<Norm>(norm, l.out))),
      conv3_(register_module("conv3", make_conv({.in = l.out, .out = l.out}))),
      norm3_(register_module("bn3", std::make_shared<Norm>(norm, l.out))) {
  if (zero_init_final_norm) norm3_->start_at_zero();
  if (l.in == l.out && l.stride == 1) return;
  const auto downsample = register_module("downsample", std::make_shared<torch::nn::Module>("downsample"));
  projection_ = downsample->register_module("0", make_conv({.in = l.in, .out = l.out, .stride = l.stride}));
  projection_norm_ = downsample->register_module("1", std::make_shared<Norm>(norm, l.out));
}

at::Tensor Block::forward(const at::Tensor& x, pgt::sdk::Carry& carry, pgt::sdk::SiteIndex site) {
  const at::Tensor input = carry.enter(site, x);
  const at::Tensor shortcut = projection_ ? projection_norm_->forward(projection_->forward(input)) : input;
  at::Tensor y = norm1_->relu_of(conv1_->forward(input));
  y = norm2_->relu_of(conv2_->forward(y));
  return carry.leave(site, norm3_->relu_of_sum(conv3_->forward(y), shortcut));
}

}  // namespace regnet
