/// A run's course as a picture.
#pragma once

#include <filesystem>
#include <vector>

#include "run/results.hpp"

namespace pgt::run {

/// Loss, accuracy (or mAP) and learning rate over the epochs. SVG for light and dark viewers; atomic. Throws Error(io)
/// if the file cannot be written.
void write_curves_svg(const std::filesystem::path& svg, const std::vector<Result>& results);

}  // namespace pgt::run
