/// Whether a run can be where a checkpoint says.
#pragma once

#include <string>

#include "train/progress.hpp"

namespace pgt::train {

/// What cannot be, such as "iteration is -5"; empty where all of it can.
std::string impossible_in(const Progress& progress);

}  // namespace pgt::train
