#include "stage.hpp"

namespace resnet3d {

using pgt::sdk::SiteKind;

Stage::Stage(const std::string& name, const Layout& layout, std::size_t index, Sites& sites) : name_(name) {
  for (std::size_t pathway = 0; pathway < layout.pathways.size(); ++pathway) {
    std::vector<PlacedBlock>& blocks = pathways_.emplace_back();
    for (const BlockLayout& block : layout.pathways[pathway].stages[index]) {
      const std::string number = std::to_string(blocks.size());
      PlacedBlock& placed = blocks.emplace_back();
      const std::string part = part_name(pathway, "res" + number);
      placed.block =
          register_module(part, std::make_shared<ResidualBlock>(block, layout.norm, layout.zero_init_final_norm));
      placed.site = add_site(sites, {name + "." + part, pathway, SiteKind::block, temporal_kernel(block)});
      if (!block.non_local) continue;
      const std::string behind = part_name(pathway, "nonlocal" + number);
      placed.non_local =
          register_module(behind, std::make_shared<NonLocal>(*block.non_local, layout.zero_init_final_norm));
      if (!block.non_local->progressive) continue;
      placed.non_local_site = add_site(sites, {name + "." + behind, pathway, SiteKind::attention, 1});
    }
  }
}

at::Tensor Stage::PlacedBlock::forward(const at::Tensor& x, pgt::sdk::Carry& carry) const {
  at::Tensor y = block->forward(x, carry, site);
  if (!non_local) return y;
  // The memory never has a gradient, as in the reference.
  const at::Tensor before = non_local_site ? carry.exchange(*non_local_site, y.detach()) : at::Tensor();
  return non_local->forward(y, before.defined() ? before : y);
}

at::Tensor Stage::forward(at::Tensor x, std::size_t pathway, pgt::sdk::Carry& carry,
                          const pgt::models::Stages& stages) const {
  for (const PlacedBlock& placed : pathways_[pathway]) {
    x = stages.part(name_, x, carry,
                    [placed](const at::Tensor& map, pgt::sdk::Carry& its) { return placed.forward(map, its); });
  }
  return x;
}

}  // namespace resnet3d
