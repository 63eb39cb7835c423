#include "resnet.hpp"

#include <numeric>
#include <string>

#include "models/common/features.hpp"

namespace resnet3d {
namespace {

using pgt::sdk::SiteKind;

std::int64_t channels_of(const HeadLayout& head) {
  return std::accumulate(head.in.begin(), head.in.end(), std::int64_t{0});
}

}  // namespace

ResNet::ResNet(const Layout& layout) : Trunk(layout), pool_(layout.head.pool), boxes_(layout.head.roi.has_value()) {
  if (layout.head.moments) {
    moments_ = register_module(
        "head", std::make_shared<pgt::models::MomentHead>(*layout.head.moments, channels_of(layout.head),
                                                          layout.head.classes, layout.head.dropout, sites_, "head"));
    return;
  }
  head_ = register_module("head", std::make_shared<Head>(layout.head));
  for (std::size_t p = 0; p < layout.pathways.size(); ++p) {
    const std::string name = layout.pathways.size() == 1 ? "head" : "head.pathway" + std::to_string(p);
    head_sites_.push_back(add_site(sites_, {name, p, SiteKind::head, 1}));
  }
}

pgt::sdk::Output ResNet::output() const {
  if (moments_) return pgt::sdk::Output::moments;
  return boxes_ ? pgt::sdk::Output::boxes : pgt::sdk::Output::clip;
}

void* ResNet::extension(std::string_view id) {
  using pgt::sdk::extension_among;
  if (boxes_) return extension_among<pgt::sdk::RecomputingBackbone>(this, id);
  return extension_among<pgt::sdk::FeatureBackbone, pgt::sdk::RecomputingBackbone>(this, id);
}

at::Tensor ResNet::forward(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) {
  if (moments_) return head(features(fragment, carry), fragment, carry);
  std::vector<at::Tensor> x = maps(fragment, carry);
  for (std::size_t p = 0; p < x.size(); ++p) x[p] = carry.enter(head_sites_[p], x[p]);
  return boxes_ ? head_->score_boxes(x, fragment) : head_->score(head_->pool_space(x), fragment.head_bins);
}

at::Tensor ResNet::features(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) {
  const std::vector<at::Tensor> x = maps(fragment, carry);
  return moments_ ? moment_features(x, pool_) : head_->join(head_->pool_space(x));
}

at::Tensor ResNet::head(const at::Tensor& features, const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) {
  if (moments_) return moments_->forward(features, carry);
  std::vector<at::Tensor> pathways = head_->part(features);
  for (std::size_t p = 0; p < pathways.size(); ++p) {
    pathways[p] = pgt::models::enter_features(carry, head_sites_[p], pathways[p]);
  }
  return head_->score(pathways, fragment.head_bins);
}

}  // namespace resnet3d
