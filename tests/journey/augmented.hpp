/// Settings that augment training with all there is.
#pragma once

#include "journey.hpp"

namespace pgt::journey {

inline const std::vector<std::string> augmented{
    "augment.randaugment=2", "augment.brightness=0.4",     "augment.contrast=0.4", "augment.saturation=0.4",
    "augment.lighting=0.1",  "augment.random_erasing=0.5", "augment.mixup=0.8",    "augment.cutmix=1"};

}  // namespace pgt::journey
