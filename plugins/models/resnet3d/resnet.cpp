#include "resnet.hpp"

#include <string>
#include <utility>

namespace resnet3d {

using pgt::sdk::SiteKind;

ResNet::ResNet(const Layout& layout) {
  auto first = register_module("s1", std::make_shared<torch::nn::Module>("stems"));
  stem_ = first->register_module("pathway0_stem", std::make_shared<Stem>(layout.stem, layout.norm));
  const std::int64_t stem_kernel = layout.stem.conv.temporal_kernel;
  if (stem_kernel > 1) stem_site_ = add_site("s1.pathway0_stem", SiteKind::stem, stem_kernel);

  for (std::size_t i = 0; i < layout.stages.size(); ++i) {
    const std::string stage_name = std::string("s").append(std::to_string(i + 2));
    auto stage = register_module(stage_name, std::make_shared<torch::nn::Module>("stage"));
    for (std::size_t j = 0; j < layout.stages[i].size(); ++j) {
      const BlockLayout& block = layout.stages[i][j];
      const std::string name = std::string("pathway0_res").append(std::to_string(j));
      blocks_.push_back({stage->register_module(
                             name, std::make_shared<ResidualBlock>(block, layout.norm, layout.zero_init_final_norm)),
                         add_site(stage_name + "." + name, SiteKind::block, temporal_kernel(block))});
    }
  }
  head_ = register_module("head", std::make_shared<Head>(layout.head));
  head_site_ = add_site("head", SiteKind::head, 1);
}

pgt::sdk::SiteIndex ResNet::add_site(std::string name, SiteKind kind, std::int64_t temporal_kernel) {
  sites_.push_back({std::move(name), 0, kind, temporal_kernel});
  return sites_.size() - 1;
}

at::Tensor ResNet::forward(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) {
  at::Tensor x = fragment.frames.at(0);
  x = stem_site_ ? carry.leave(*stem_site_, stem_->forward(carry.enter(*stem_site_, x))) : stem_->forward(x);
  for (const PlacedBlock& placed : blocks_) x = placed.block->forward(x, carry, placed.site);
  return head_->forward(x, fragment.head_bins, carry, head_site_);
}

}  // namespace resnet3d
