/// The blocks of all pathways between two changes of the maps' size.
#pragma once

#include <torch/torch.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "block.hpp"
#include "layout.hpp"
#include "models/common/stages.hpp"
#include "nonlocal.hpp"
#include "sites.hpp"

namespace resnet3d {

class Stage : public torch::nn::Module {
 public:
  /// The stage `index` of the layout, called `name`. Its sites are added to `sites`.
  Stage(const std::string& name, const Layout& layout, std::size_t index, Sites& sites);
  /// `stages`: the network's, which this one is among.
  at::Tensor forward(at::Tensor x, std::size_t pathway, pgt::sdk::Carry& carry,
                     const pgt::models::Stages& stages) const;

 private:
  struct PlacedBlock {
    std::shared_ptr<ResidualBlock> block;
    pgt::sdk::SiteIndex site;
    std::shared_ptr<NonLocal> non_local;                ///< after the block; may be none
    std::optional<pgt::sdk::SiteIndex> non_local_site;  ///< where it looks at the step before
    at::Tensor forward(const at::Tensor& x, pgt::sdk::Carry& carry) const;
  };
  std::string name_;
  std::vector<std::vector<PlacedBlock>> pathways_;
};

}  // namespace resnet3d
