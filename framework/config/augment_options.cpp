#include "config/augment_options.hpp"

namespace pgt::config {

void AugmentOptions::describe(sdk::Options& o) {
  o("randaugment", randaugment)
      .range(0, 14)
      .unit("operations")
      .help("RandAugment: operations applied to each clip; 0: none");
  o("randaugment_magnitude", randaugment_magnitude).range(0, 30).help("RandAugment: strength of the operations");
  o("brightness", brightness)
      .range(0, 1)
      .help("colour jitter: brightness is scaled by a factor from 1 - brightness to 1 + brightness");
  o("contrast", contrast)
      .range(0, 1)
      .help("colour jitter: contrast is scaled by a factor from 1 - contrast to 1 + contrast");
  o("saturation", saturation)
      .range(0, 1)
      .help("colour jitter: saturation is scaled by a factor from 1 - saturation to 1 + saturation");
  o("lighting", lighting)
      .range(0, 1)
      .help("standard deviation of the shift along the principal colours (PCA lighting); 0.1 is usual");
  o("random_erasing", random_erasing)
      .range(0, 1)
      .help("probability that a rectangle of a clip is filled with data.mean");
  o("erasing_area", erasing_area).range(0, 1).help("[low, high]: area of the rectangle, as a share of the picture");
  o("erasing_aspect", erasing_aspect).at_least(0).help("[low, high]: height of the rectangle divided by its width");
  o("mixup", mixup)
      .range(0, 100)
      .help("blends each clip with another of its batch: alpha of the Beta distribution of the shares; 0: off");
  o("cutmix", cutmix)
      .range(0, 100)
      .help("pastes a rectangle from another clip of the batch: alpha of the Beta distribution of its area; 0: off");
}

void AugmentOptions::check(sdk::Problems& problems) const {
  const auto check_bounds = [&](const char* name, const std::vector<double>& bounds) {
    if (bounds.size() != 2) {
      problems.push_back({name, "must be two values, [low, high]"});
    } else if (bounds[0] > bounds[1]) {
      problems.push_back({name, "must ascend: [low, high]"});
    } else if (bounds[0] == 0) {
      problems.push_back({name, "must be above 0"});
    }
  };
  check_bounds("erasing_area", erasing_area);
  check_bounds("erasing_aspect", erasing_aspect);
}

}  // namespace pgt::config
