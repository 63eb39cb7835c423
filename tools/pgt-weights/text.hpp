/// How figures of weights are printed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pgt::weights {

/// "34.6 M"
std::string millions(std::int64_t count);

/// "[64, 3, 7, 7]"
std::string shape_text(const std::vector<std::int64_t>& shape);

}  // namespace pgt::weights
