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
    add_stage(name);
    const auto stage = register_module(name, std::make_shared<torch::nn::Module>(name));
    for (std::size_t j = 0; j < layout.stages[i].size(); ++j) {
      const BlockLayout& block = layout.stages[i][j];
      const std::string part = "pathway0_res" + std::to_string(j);
      blocks_.push_back(
          {name, stage->register_module(part, std::make_shared<Block>(block, layout.norm, layout.zero_init_final_norm)),
           add_site({name + "." + part, 0, SiteKind::block, block.temporal_kernel})});
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
  add_stage("s1");
  const auto stem = register_module("s1", std::make_shared<torch::nn::Module>("s1"))
                        ->register_module("pathway0_stem", std::make_shared<torch::nn::Module>("stem"));
  stem_.conv_xy = stem->register_module("conv_xy", make_conv({.in = 3, .out = layout.stem, .kernel = 3, .stride = 2}));
  stem_.conv_t = stem->register_module("conv", make_conv({.in = layout.stem,
                                                          .out = layout.stem,
                                                          .temporal_kernel = layout.stem_temporal_kernel,
                                                          .groups = layout.stem}));
  stem_.norm = stem->register_module("bn", std::make_shared<Norm>(layout.norm, layout.stem));
  add_site({"s1.pathway0_stem", 0, SiteKind::stem, layout.stem_temporal_kernel});
}

at::Tensor X3d::Stem::forward(const at::Tensor& frames) {
  return norm->relu_of(conv_t->forward(conv_xy->forward(frames)));
}

at::Tensor X3d::map(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) {
  using pgt::sdk::Carry;
  at::Tensor x = part("s1", fragment.frames.at(0), carry, [stem = stem_](const at::Tensor& frames, Carry& its) mutable {
    return its.leave(0, stem.forward(its.enter(0, frames)));
  });
  for (const PlacedBlock& placed : blocks_) {
    x = part(placed.stage, x, carry,
             [placed](const at::Tensor& map, Carry& its) { return placed.block->forward(map, its, placed.site); });
  }
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
