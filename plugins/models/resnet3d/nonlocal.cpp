#include "nonlocal.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "models/common/conv.hpp"

namespace resnet3d {

using pgt::models::make_conv;

NonLocal::NonLocal(const NonLocalLayout& layout, bool zero_init_norm) : layout_(layout) {
  const std::int64_t half = std::max<std::int64_t>(1, layout.channels / 2);
  const ConvLayout inwards{.in = layout.channels, .out = half, .bias = true};
  const ConvLayout outwards{.in = half, .out = layout.channels, .bias = true};
  query_ = register_module("conv_theta", make_conv(inwards));
  key_ = register_module("conv_phi", make_conv(inwards));
  value_ = register_module("conv_g", make_conv(inwards));
  out_ = register_module("conv_out", make_conv(outwards));
  if (!layout.norm) return;
  norm_ = register_module("bn", std::make_shared<pgt::models::Norm>(*layout.norm, layout.channels));
  if (zero_init_norm) norm_->start_at_zero();
}

at::Tensor NonLocal::forward(const at::Tensor& x, const at::Tensor& memory) {
  const at::Tensor seen = pooled(memory);
  const at::Tensor attention = weights(query_->forward(x).flatten(2), key_->forward(seen).flatten(2));
  const at::Tensor values = value_->forward(seen).flatten(2);  // (N, C/2, places of memory)
  const at::Tensor answers = torch::bmm(values, attention.transpose(1, 2));
  const at::Tensor y = out_->forward(answers.view({x.size(0), -1, x.size(2), x.size(3), x.size(4)}));
  return x + (norm_ ? norm_->forward(y) : y);
}

at::Tensor NonLocal::pooled(const at::Tensor& memory) const {
  for (std::size_t dim = 0; dim < layout_.pool.size(); ++dim) {
    const std::int64_t size = memory.size(static_cast<std::int64_t>(dim) + 2);
    if (layout_.pool[dim] <= size) continue;
    throw std::runtime_error("nonlocal_pool has " + std::to_string(layout_.pool[dim]) + ", but the map has only " +
                             std::to_string(size) + " there (frames, height, width)");
  }
  return torch::max_pool3d(memory, layout_.pool, layout_.pool);
}

at::Tensor NonLocal::weights(const at::Tensor& query, const at::Tensor& key) const {
  const at::Tensor similarity = torch::bmm(query.transpose(1, 2), key);
  if (layout_.form == NonLocalForm::dot_product) return similarity / key.size(2);
  return torch::softmax(similarity / std::sqrt(static_cast<double>(query.size(1))), 2);
}

}  // namespace resnet3d
