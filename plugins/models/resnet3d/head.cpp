#include "head.hpp"

#include "models/common/pooling.hpp"

namespace resnet3d {

Head::Head(const HeadLayout& layout)
    : layout_(layout),
      projection_(register_module("projection", pgt::models::make_classifier(layout.in, layout.classes))) {}

at::Tensor Head::forward(const std::vector<at::Tensor>& pathways, std::int64_t bins, pgt::sdk::Carry& carry,
                         const std::vector<pgt::sdk::SiteIndex>& sites) {
  std::vector<at::Tensor> pooled;
  for (std::size_t p = 0; p < pathways.size(); ++p) {
    pooled.push_back(pgt::models::pool_positions(carry.enter(sites[p], pathways[p]), layout_.pool, bins));
  }
  const at::Tensor positions = pgt::models::positions_last(torch::cat(pooled, 1));  // (N, P, C)
  return projection_->forward(torch::dropout(positions, layout_.dropout, is_training()));
}

}  // namespace resnet3d
