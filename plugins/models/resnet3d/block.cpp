#include "block.hpp"

#include <stdexcept>
#include <string>

#include "models/common/conv.hpp"

namespace resnet3d {

using pgt::models::make_conv;

Branch::Branch(const std::vector<ConvLayout>& convs, const NormLayout& norm, bool zero_init_final_norm) {
  char letter = 'a';
  for (const ConvLayout& layout : convs) {
    const std::string name(1, letter++);
    const pgt::models::Convolution conv = register_module(name, make_conv(layout));
    layers_.emplace_back(conv, register_module(name + "_bn", std::make_shared<Norm>(norm, layout.out)));
  }
  if (zero_init_final_norm) layers_.back().second->start_at_zero();
}

at::Tensor Branch::forward(at::Tensor x, const at::Tensor& shortcut) {
  for (std::size_t i = 0; i + 1 < layers_.size(); ++i) {
    auto& [conv, norm] = layers_[i];
    x = norm->relu_of(conv->forward(x));
  }
  auto& [conv, norm] = layers_.back();
  return norm->relu_of_sum(conv->forward(x), shortcut);
}

ResidualBlock::ResidualBlock(const BlockLayout& layout, const NormLayout& norm, bool zero_init_final_norm)
    : temporal_stride_(temporal_stride(layout)) {
  if (layout.projection) {
    projection_ = register_module("branch1", make_conv(*layout.projection));
    projection_norm_ = register_module("branch1_bn", std::make_shared<Norm>(norm, layout.projection->out));
  }
  branch_ = register_module("branch2", std::make_shared<Branch>(layout.branch, norm, zero_init_final_norm));
}

at::Tensor ResidualBlock::forward(const at::Tensor& x, pgt::sdk::Carry& carry, pgt::sdk::SiteIndex site) {
  const at::Tensor input = carry.enter(site, x);
  if (temporal_stride_ > 1 && input.size(2) > x.size(2)) {
    throw std::runtime_error("blocks that stride over time cannot take carried frames: set temporal_strides to 1s");
  }
  const at::Tensor shortcut = projection_ ? projection_norm_->forward(projection_->forward(input)) : input;
  return carry.leave(site, branch_->forward(input, shortcut));
}

}  // namespace resnet3d
