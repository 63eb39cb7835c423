#include "layout.hpp"

#include <algorithm>

namespace x3d {

std::int64_t round_width(std::int64_t width, double factor) {
  constexpr std::int64_t multiple = 8;
  const double wanted = static_cast<double>(width) * factor;
  const std::int64_t nearest = static_cast<std::int64_t>(wanted + multiple / 2) / multiple * multiple;
  const std::int64_t rounded = std::max(multiple, nearest);
  return static_cast<double>(rounded) < 0.9 * wanted ? rounded + multiple : rounded;
}

}  // namespace x3d
