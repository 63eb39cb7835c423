#include "models/common/pooling.hpp"

#include <stdexcept>
#include <string>
#include <tuple>

namespace pgt::models {

at::Tensor pool_space(const at::Tensor& x, const PoolLayout& layout) {
  const std::int64_t height = x.size(3);
  const std::int64_t width = x.size(4);
  if (layout.window == 0) return layout.spatial == Pool::max ? x.amax({3, 4}, true) : x.mean({3, 4}, true);
  if (layout.window > height || layout.window > width) {
    throw std::runtime_error("head_window is " + std::to_string(layout.window) + ", but the last map has only " +
                             std::to_string(height) + "×" + std::to_string(width) +
                             " places: lower it, or give larger pictures");
  }
  const std::vector<std::int64_t> window{1, layout.window, layout.window};
  return layout.spatial == Pool::max ? torch::max_pool3d(x, window, 1) : torch::avg_pool3d(x, window, 1);
}

at::Tensor pool_time(const at::Tensor& x, Pool pool, std::int64_t bins) {
  const std::vector<std::int64_t> size{bins, x.size(3), x.size(4)};
  if (pool == Pool::max) return std::get<0>(torch::adaptive_max_pool3d(x, size));
  return bins == 1 ? x.mean(2, true) : torch::adaptive_avg_pool3d(x, size);
}

torch::nn::Linear make_classifier(std::int64_t channels, std::int64_t classes) {
  torch::nn::Linear classifier(channels, classes);
  torch::nn::init::normal_(classifier->weight, 0.0, 0.01);
  torch::nn::init::zeros_(classifier->bias);
  return classifier;
}

at::Tensor positions_last(const at::Tensor& x) { return x.flatten(2).transpose(1, 2); }

}  // namespace pgt::models
