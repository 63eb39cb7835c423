#include "x3d.hpp"

#include <string>

#include "models/common/conv.hpp"

namespace x3d {

using pgt::models::make_conv;
using pgt::sdk::SiteKind;

X3d::X3d(const Options& options, const pgt::sdk::BackboneContext& context) : X3d(options.layout(context.classes)) {}

X3d::X3d(const Layout& layout) : output_(layout.moments ? pgt::sdk::Output::moments : pgt::sdk::Output::clip) {
  add_stem(layout);
  for (std::size_t i = 0; i < layout.stages.size(); ++i) {
    const std::string name = std::string("s").append(std::to_string(i + 2));
    const auto stage = register_module(name, std::make_shared<torch::nn::Module>(name));
    for (std::size_t j = 0; j < layout.stages[i].size(); ++j) {
      const BlockLayout& block = layout.stages[i][j];
      const std::string part = "pathway0_res" + std::to_string(j);
      blocks_.emplace_back(
          stage->register_module(part, std::make_shared<Block>(block, layout.norm, layout.zero_init_final_norm)),
          add_site({name + "." + part, 0, SiteKind::block, block.temporal_kernel}));
    }
  }
  const BlockLayout& last = layout.stages.back().back();
  head_ = register_module("head", std::make_shared<Head>(layout, last.out, last.inner, sites_));
}

pgt::sdk::SiteIndex X3d::add_site(pgt::sdk::Site site) {
  sites_.push_back(std::move(site));
  return sites_.size() - 1;
}

void X3d::add_stem(const Layout& layout) {
  const auto stem = register_module("s1", std::make_shared<torch::nn::Module>("s1"))
                        ->register_module("pathway0_stem", std::make_shared<torch::nn::Module>("stem"));
  conv_xy_ = stem->register_module("conv_xy", make_conv({.in = 3, .out = layout.stem, .kernel = 3, .stride = 2}));
  conv_t_ = stem->register_module("conv", make_conv({.in = layout.stem,
                                                     .out = layout.stem,
                                                     .temporal_kernel = layout.stem_temporal_kernel,
                                                     .groups = layout.stem}));
  stem_norm_ = stem->register_module("bn", std::make_shared<Norm>(layout.norm, layout.stem));
  add_site({"s1.pathway0_stem", 0, SiteKind::stem, layout.stem_temporal_kernel});
}

at::Tensor X3d::stem(const at::Tensor& frames) {
  return stem_norm_->relu_of(conv_t_->forward(conv_xy_->forward(frames)));
}

at::Tensor X3d::map(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) {
  at::Tensor x = carry.leave(0, stem(carry.enter(0, fragment.frames.at(0))));
  for (const auto& [block, site] : blocks_) x = block->forward(x, carry, site);
  return x;
}

at::Tensor X3d::forward(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) {
  return head_->forward(map(fragment, carry), fragment.head_bins, carry);
}

at::Tensor X3d::features(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) {
  return head_->features(map(fragment, carry));
}

at::Tensor X3d::head(const at::Tensor& features, const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) {
  return head_->score(features, fragment.head_bins, carry);
}

}  // namespace x3d
