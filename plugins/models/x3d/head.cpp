#include "head.hpp"

#include "models/common/conv.hpp"
#include "models/common/features.hpp"
#include "models/common/pooling.hpp"

namespace x3d {

using pgt::models::features_of;
using pgt::models::make_conv;
using pgt::models::Norm;

Head::Head(const Layout& layout, std::int64_t in, std::int64_t wide, std::vector<pgt::sdk::Site>& sites)
    : pool_(layout.pool),
      dropout_(layout.dropout),
      wide_(wide),
      conv_5_(register_module("conv_5", make_conv({.in = in, .out = wide}))),
      conv_5_norm_(register_module("conv_5_bn", std::make_shared<Norm>(layout.norm, wide))),
      lin_5_(register_module("lin_5", make_conv({.in = wide, .out = layout.lin_5}))),
      lin_5_norm_(layout.lin_5_norm ? register_module("lin_5_bn", std::make_shared<Norm>(layout.norm, layout.lin_5))
                                    : nullptr) {
  if (layout.moments) {
    moments_ =
        register_module("moments", std::make_shared<pgt::models::MomentHead>(
                                       *layout.moments, layout.lin_5, layout.classes, layout.dropout, sites, "head"));
    return;
  }
  projection_ = register_module("projection", pgt::models::make_classifier(layout.lin_5, layout.classes));
  site_ = sites.size();
  sites.push_back({"head", 0, pgt::sdk::SiteKind::head, 1});
}

at::Tensor Head::widen(const at::Tensor& x) { return conv_5_norm_->relu_of(conv_5_->forward(x)); }

at::Tensor Head::features(const at::Tensor& x) { return features_of(widen(x), pool_); }

at::Tensor Head::forward(const at::Tensor& x, std::int64_t bins, pgt::sdk::Carry& carry) {
  if (moments_) return score_moments(features(x), carry);
  return score_positions(features_of(carry.enter(site_, widen(x)), pool_), bins);
}

at::Tensor Head::score(const at::Tensor& features, std::int64_t bins, pgt::sdk::Carry& carry) {
  if (moments_) return score_moments(features, carry);
  return score_positions(pgt::models::enter_features(carry, site_, features), bins);
}

at::Tensor Head::compress(const at::Tensor& pooled) {
  at::Tensor y = lin_5_->forward(pooled);
  if (lin_5_norm_) y = lin_5_norm_->forward(y);
  return pgt::models::positions_last(y.relu());
}

at::Tensor Head::score_positions(const at::Tensor& features, std::int64_t bins) {
  const at::Tensor positions = compress(pgt::models::pool_features(features, wide_, pool_.temporal, bins));
  return projection_->forward(torch::dropout(positions, dropout_, is_training()));
}

at::Tensor Head::score_moments(const at::Tensor& features, pgt::sdk::Carry& carry) {
  return moments_->forward(compress(pgt::models::maps_of(features, wide_)), carry);
}

}  // namespace x3d
