#include "head.hpp"

#include <numeric>
#include <stdexcept>
#include <string>
#include <tuple>

#include "models/common/features.hpp"
#include "models/common/pooling.hpp"
#include "models/common/roi_align.hpp"

namespace resnet3d {

Head::Head(const HeadLayout& layout)
    : layout_(layout),
      projection_(register_module(
          "projection", pgt::models::make_classifier(
                            std::accumulate(layout.in.begin(), layout.in.end(), std::int64_t{0}), layout.classes))) {}

std::vector<at::Tensor> Head::pool_space(const std::vector<at::Tensor>& maps) const {
  std::vector<at::Tensor> features;
  for (const at::Tensor& map : maps) features.push_back(pgt::models::features_of(map, layout_.pool));
  return features;
}

at::Tensor Head::score(const std::vector<at::Tensor>& features, std::int64_t bins) {
  std::vector<at::Tensor> pooled;
  for (std::size_t p = 0; p < features.size(); ++p) {
    pooled.push_back(pgt::models::pool_features(features[p], layout_.in[p], layout_.pool.temporal, bins));
  }
  return classify(pooled);
}

at::Tensor Head::score_boxes(const std::vector<at::Tensor>& maps, const pgt::sdk::Fragment& fragment) {
  std::vector<at::Tensor> pooled;
  for (const at::Tensor& map : maps) pooled.push_back(pool_boxes(map, fragment));
  return classify(pooled);
}

at::Tensor Head::classify(const std::vector<at::Tensor>& pooled) {
  const at::Tensor positions = pgt::models::positions_last(torch::cat(pooled, 1));
  return projection_->forward(torch::dropout(positions, layout_.dropout, is_training()));
}

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

at::Tensor Head::join(const std::vector<at::Tensor>& features) const {
  const std::int64_t moments = features.front().size(1);
  std::vector<at::Tensor> side_by_side;
  for (const at::Tensor& pathway : features) {
    if (pathway.size(1) != moments * layout_.frame_ratio && &pathway != &features.front()) {
      throw std::runtime_error("features have all of " + std::to_string(layout_.frame_ratio) +
                               " fast frames (frame_ratio) beside each slow one, but a step has " +
                               std::to_string(pathway.size(1)) + " fast and " + std::to_string(moments) +
                               " slow frames that are new: let the schedule's overlaps have that ratio too");
    }
    side_by_side.push_back(pathway.reshape({pathway.size(0), moments, -1}));
  }
  return torch::cat(side_by_side, 2);
}

std::vector<at::Tensor> Head::part(const at::Tensor& features) const {
  if (layout_.in.size() == 1) return {features};
  const std::int64_t slow = layout_.in[0], fast = layout_.in[1];
  const std::int64_t places = features.size(2) / (slow + layout_.frame_ratio * fast);
  return {features.slice(2, 0, places * slow),
          features.slice(2, places * slow).reshape({features.size(0), -1, places * fast})};
}

at::Tensor moment_features(const std::vector<at::Tensor>& maps, const pgt::models::PoolLayout& pool) {
  const std::int64_t moments = maps.front().size(2);
  std::vector<at::Tensor> side_by_side;
  for (const at::Tensor& map : maps) {
    const at::Tensor features = pgt::models::features_of(map, pool);
    const bool as_many = features.size(1) == moments;
    side_by_side.push_back(as_many ? features
                                   : torch::adaptive_avg_pool1d(features.transpose(1, 2), moments).transpose(1, 2));
  }
  return torch::cat(side_by_side, 2);
}

}  // namespace resnet3d
