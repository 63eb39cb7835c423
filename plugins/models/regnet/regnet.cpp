#include "regnet.hpp"

#include <string>

#include "models/common/conv.hpp"
#include "models/common/features.hpp"
#include "models/common/pooling.hpp"

namespace regnet {

using pgt::models::make_conv;
using pgt::sdk::SiteKind;

RegNet::RegNet(const Options& options, const pgt::sdk::BackboneContext& context)
    : pool_(options.pool),
      dropout_(options.dropout),
      conv1_(register_module("conv1", make_conv({.in = 3, .out = options.stem_width, .kernel = 3, .stride = 2}))),
      norm1_(register_module("bn1", std::make_shared<Norm>(options.norm.layout(), options.stem_width))) {
  std::int64_t channels = options.stem_width;
  for (std::size_t i = 0; i < options.blocks.size(); ++i) {
    const std::string name = "layer" + std::to_string(i + 1);
    add_stage(name);
    const auto layer = register_module(name, std::make_shared<torch::nn::Module>(name));
    for (std::int64_t j = 0; j < options.blocks[i]; ++j) {
      const BlockLayout layout{.in = channels,
                               .out = options.widths[i],
                               .groups = options.groups,
                               .temporal_kernel = options.temporal_kernels[i],
                               .stride = j == 0 ? options.strides[i] : 1};
      const std::string place = std::to_string(j);
      blocks_.push_back({name, layer->register_module(place, std::make_shared<Block>(layout, options.norm.layout(),
                                                                                     options.zero_init_final_norm))});
      sites_.push_back({name + "." + place, 0, SiteKind::block, layout.temporal_kernel});
      channels = layout.out;
    }
  }
  if (const auto moments = options.head.layout()) {
    moments_ = register_module("head", std::make_shared<pgt::models::MomentHead>(*moments, channels, context.classes,
                                                                                 dropout_, sites_, "head"));
    return;
  }
  fc_ = register_module("fc", pgt::models::make_classifier(channels, context.classes));
  sites_.push_back({"fc", 0, SiteKind::head, 1});
}

at::Tensor RegNet::map(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) {
  at::Tensor x = norm1_->relu_of(conv1_->forward(layout_.of(fragment.frames.at(0), *this)));
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    x = part(blocks_[i].stage, x, carry, [block = blocks_[i].block, i](const at::Tensor& map, pgt::sdk::Carry& its) {
      return block->forward(map, its, i);
    });
  }
  return x;
}

at::Tensor RegNet::score(const at::Tensor& features, std::int64_t bins) {
  const std::int64_t channels = fc_->options.in_features();
  const at::Tensor x = pgt::models::pool_features(features, channels, pool_.temporal, bins);
  return fc_->forward(torch::dropout(pgt::models::positions_last(x), dropout_, is_training()));
}

at::Tensor RegNet::forward(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) {
  if (moments_) return head(features(fragment, carry), fragment, carry);
  const at::Tensor x = carry.enter(blocks_.size(), map(fragment, carry));
  return score(pgt::models::features_of(x, pool_), fragment.head_bins);
}

at::Tensor RegNet::features(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) {
  return pgt::models::features_of(map(fragment, carry), pool_);
}

at::Tensor RegNet::head(const at::Tensor& features, const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) {
  if (moments_) return moments_->forward(features, carry);
  return score(pgt::models::enter_features(carry, blocks_.size(), features), fragment.head_bins);
}

}  // namespace regnet
