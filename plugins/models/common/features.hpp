/// Between the maps of a network and its head: features, one row of numbers for each moment of the new frames.
#pragma once

#include <torch/torch.h>

#include <cstdint>

#include <pgt/sdk/backbone.hpp>

#include "models/common/pool_layout.hpp"

namespace pgt::models {

/// (N, C, T, H, W) to features (N, T, P·C): space is pooled, frame by frame, to P places, the channels of each side by
/// side. P is 1 but for a head's window that is smaller than the map (docs/method.md M4.2).
at::Tensor features_of(const at::Tensor& map, const PoolLayout& layout);

/// And back: (N, T, P·C) to (N, C, T, 1, P).
at::Tensor maps_of(const at::Tensor& features, std::int64_t channels);

/// Features to the positions that a head scores, with time pooled: (N, C, bins, 1, P).
at::Tensor pool_features(const at::Tensor& features, std::int64_t channels, Pool temporal, std::int64_t bins);

/// What a head's site carries, in front of features.
at::Tensor enter_features(pgt::sdk::Carry& carry, pgt::sdk::SiteIndex site, const at::Tensor& features);

}  // namespace pgt::models
