#include "models/common/features.hpp"

#include "models/common/pooling.hpp"

namespace pgt::models {

at::Tensor features_of(const at::Tensor& map, const PoolLayout& layout) {
  return pool_space(map, layout).permute({0, 2, 3, 4, 1}).flatten(2);
}

at::Tensor maps_of(const at::Tensor& features, std::int64_t channels) {
  return features.unflatten(2, {-1, channels}).permute({0, 3, 1, 2}).unsqueeze(3).contiguous();
}

at::Tensor pool_features(const at::Tensor& features, std::int64_t channels, Pool temporal, std::int64_t bins) {
  return pool_time(maps_of(features, channels), temporal, bins);
}

at::Tensor enter_features(pgt::sdk::Carry& carry, pgt::sdk::SiteIndex site, const at::Tensor& features) {
  return carry.enter(site, features.transpose(1, 2).unsqueeze(3).unsqueeze(4)).flatten(2).transpose(1, 2);
}

}  // namespace pgt::models
