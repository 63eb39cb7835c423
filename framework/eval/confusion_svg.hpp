/// A confusion matrix as a picture.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pgt::eval {

/// An SVG document: one row per true class, one column per predicted class, shaded by the share of the row. Up to 30
/// classes every row, column and count is labelled; beyond that the cells shrink and the counts are tooltips.
std::string confusion_svg(const std::vector<std::string>& classes,
                          const std::vector<std::vector<std::int64_t>>& counts);

}  // namespace pgt::eval
