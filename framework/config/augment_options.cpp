#include "config/augment_options.hpp"

namespace pgt::config {

void AugmentOptions::describe(sdk::Options& o) {
  o("randaugment", randaugment)
      .range(0, 14)
      .unit("operations")
      .help("RandAugment: how many of its operations change a clip; 0: none");
  o("randaugment_magnitude", randaugment_magnitude).range(0, 30).help("RandAugment: how strong they are");
  o("brightness", brightness).range(0, 1).help("colour jitter: a factor from 1 - brightness to 1 + brightness");
  o("contrast", contrast).range(0, 1).help("colour jitter: a factor from 1 - contrast to 1 + contrast");
  o("saturation", saturation).range(0, 1).help("colour jitter: a factor from 1 - saturation to 1 + saturation");
  o("lighting", lighting)
      .range(0, 1)
      .help("standard deviation of the shift along the principal colours (PCA lighting); 0.1 is usual");
  o("random_erasing", random_erasing)
      .range(0, 1)
      .help("share of the clips in which a rectangle is painted over with data.mean");
  o("erasing_area", erasing_area).range(0, 1).help("[low, high]: of the rectangle, as a share of the picture");
  o("erasing_aspect", erasing_aspect).at_least(0).help("[low, high]: of the rectangle, height over width");
  o("mixup", mixup)
      .range(0, 100)
      .help("blends each clip of a batch with another: alpha of the Beta distribution of the shares; 0: no");
  o("cutmix", cutmix)
      .range(0, 100)
      .help("shows a rectangle of another clip of the batch: alpha of the Beta distribution of its area; 0: no");
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
