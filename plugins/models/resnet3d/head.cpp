#include "head.hpp"

#include <stdexcept>
#include <string>
#include <tuple>

namespace resnet3d {

Head::Head(const HeadLayout& layout)
    : layout_(layout), projection_(register_module("projection", torch::nn::Linear(layout.in, layout.classes))) {
  torch::nn::init::normal_(projection_->weight, 0.0, 0.01);
  torch::nn::init::zeros_(projection_->bias);
}

at::Tensor Head::forward(const std::vector<at::Tensor>& pathways, std::int64_t bins, pgt::sdk::Carry& carry,
                         const std::vector<pgt::sdk::SiteIndex>& sites) {
  std::vector<at::Tensor> pooled;
  for (std::size_t p = 0; p < pathways.size(); ++p) {
    pooled.push_back(pool_time(pool_space(carry.enter(sites[p], pathways[p])), bins));
  }
  const at::Tensor positions = torch::cat(pooled, 1).flatten(2).transpose(1, 2);  // (N, P, C)
  return projection_->forward(torch::dropout(positions, layout_.dropout, is_training()));
}

at::Tensor Head::pool_space(const at::Tensor& x) const {
  const std::int64_t height = x.size(3);
  const std::int64_t width = x.size(4);
  if (layout_.window == 0) return layout_.spatial == Pool::max ? x.amax({3, 4}, true) : x.mean({3, 4}, true);
  if (layout_.window > height || layout_.window > width) {
    throw std::runtime_error("head_window is " + std::to_string(layout_.window) + ", but the last map has only " +
                             std::to_string(height) + "×" + std::to_string(width) +
                             " places: lower it, or give larger pictures");
  }
  const std::vector<std::int64_t> window{1, layout_.window, layout_.window};
  return layout_.spatial == Pool::max ? torch::max_pool3d(x, window, 1) : torch::avg_pool3d(x, window, 1);
}

at::Tensor Head::pool_time(const at::Tensor& x, std::int64_t bins) const {
  const std::vector<std::int64_t> size{bins, x.size(3), x.size(4)};
  if (layout_.temporal == Pool::max) return std::get<0>(torch::adaptive_max_pool3d(x, size));
  return bins == 1 ? x.mean(2, true) : torch::adaptive_avg_pool3d(x, size);
}

}  // namespace resnet3d
