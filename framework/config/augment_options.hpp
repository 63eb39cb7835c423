/// The host's section [augment]: what training does to the pixels beyond scale, crop and mirror.
#pragma once

#include <cstdint>
#include <vector>

#include <pgt/sdk/options.hpp>

namespace pgt::config {

/// [augment]. All of it is off unless asked for.
struct AugmentOptions {
  std::int64_t randaugment = 0;            ///< operations; 0: none
  std::int64_t randaugment_magnitude = 9;  ///< of 30
  double brightness = 0;                   ///< factors are drawn from 1 − strength to 1 + strength
  double contrast = 0;
  double saturation = 0;
  double lighting = 0;                           ///< standard deviation; 0: none
  double random_erasing = 0;                     ///< probability
  std::vector<double> erasing_area{0.02, 0.33};  ///< [low, high], shares of the picture
  std::vector<double> erasing_aspect{0.3, 3.3};  ///< [low, high], height over width
  double mixup = 0;                              ///< alpha of the Beta distribution; 0: none
  double cutmix = 0;

  bool mixes() const { return mixup > 0 || cutmix > 0; }
  void describe(sdk::Options& o);
  void check(sdk::Problems& problems) const;
};

}  // namespace pgt::config
