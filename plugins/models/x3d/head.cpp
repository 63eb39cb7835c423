#include "head.hpp"

#include "models/common/conv.hpp"
#include "models/common/pooling.hpp"

namespace x3d {

using pgt::models::make_conv;
using pgt::models::Norm;

Head::Head(const Layout& layout, std::int64_t in, std::int64_t wide)
    : pool_(layout.pool),
      dropout_(layout.dropout),
      conv_5_(register_module("conv_5", make_conv({.in = in, .out = wide}))),
      conv_5_norm_(register_module("conv_5_bn", std::make_shared<Norm>(layout.norm, wide))),
      lin_5_(register_module("lin_5", make_conv({.in = wide, .out = layout.lin_5}))),
      lin_5_norm_(layout.lin_5_norm ? register_module("lin_5_bn", std::make_shared<Norm>(layout.norm, layout.lin_5))
                                    : nullptr),
      projection_(register_module("projection", pgt::models::make_classifier(layout.lin_5, layout.classes))) {}

at::Tensor Head::forward(const at::Tensor& x, std::int64_t bins, pgt::sdk::Carry& carry, pgt::sdk::SiteIndex site) {
  const at::Tensor wide = carry.enter(site, conv_5_norm_->forward(conv_5_->forward(x)).relu_());
  at::Tensor y = lin_5_->forward(pgt::models::pool_positions(wide, pool_, bins));
  if (lin_5_norm_) y = lin_5_norm_->forward(y);
  const at::Tensor positions = pgt::models::positions_last(y.relu());
  return projection_->forward(torch::dropout(positions, dropout_, is_training()));
}

}  // namespace x3d
