/// Whether a run can be where a checkpoint says.
#pragma once

#include <string>

#include "train/progress.hpp"

namespace pgt::train {

/// What is impossible, such as "iteration is -5"; empty where all is possible.
std::string impossible_in(const Progress& progress);

}  // namespace pgt::train
