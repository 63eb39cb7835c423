#include "head.hpp"

#include <stdexcept>
#include <string>
#include <tuple>

#include "models/common/pooling.hpp"
#include "models/common/roi_align.hpp"

namespace resnet3d {

Head::Head(const HeadLayout& layout)
    : layout_(layout),
      projection_(register_module("projection", pgt::models::make_classifier(layout.in, layout.classes))) {}

at::Tensor Head::pool_boxes(const at::Tensor& x, const pgt::sdk::Fragment& fragment) const {
  if (fragment.head_bins != 1) {
    throw std::runtime_error("head = \"roi\" scores the fragment as a whole, but " +
                             std::to_string(fragment.head_bins) +
                             " time bins are asked for: set head_bins = 1 in [schedule]");
  }
  const at::Tensor map = pgt::models::pool_time(x, layout_.pool.temporal, 1).squeeze(2);
  const at::Tensor bins = pgt::models::roi_align(map, fragment.boxes, *layout_.roi).flatten(2);
  // max with indices: its gradient goes to one bin, as that of a pooling layer does, not to all equal ones.
  return std::get<0>(bins.max(2)).view({-1, x.size(1), 1, 1, 1});
}

at::Tensor Head::forward(const std::vector<at::Tensor>& pathways, const pgt::sdk::Fragment& fragment,
                         pgt::sdk::Carry& carry, const std::vector<pgt::sdk::SiteIndex>& sites) {
  std::vector<at::Tensor> pooled;
  for (std::size_t p = 0; p < pathways.size(); ++p) {
    const at::Tensor x = carry.enter(sites[p], pathways[p]);
    pooled.push_back(layout_.roi ? pool_boxes(x, fragment)
                                 : pgt::models::pool_positions(x, layout_.pool, fragment.head_bins));
  }
  const at::Tensor positions = pgt::models::positions_last(torch::cat(pooled, 1));  // (N, P, C) or (R, 1, C)
  return projection_->forward(torch::dropout(positions, layout_.dropout, is_training()));
}

}  // namespace resnet3d
