/// A run's course as a picture, made from its results.csv.
#pragma once

#include <filesystem>

namespace pgt::run {

/// Loss, accuracy (or mAP) and learning rate over the epochs. SVG for light and dark viewers; atomic. Throws Error(io)
/// if a file cannot be read or written.
void write_curves_svg(const std::filesystem::path& svg, const std::filesystem::path& results_csv);

}  // namespace pgt::run
