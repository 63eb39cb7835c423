/// How boxes are cut out of a map, as plain data.
#pragma once

#include <cstdint>

namespace pgt::models {

struct RoiLayout {
  std::int64_t resolution = 7;  ///< bins of a box along each axis
  bool aligned = true;          ///< see Note [Where a box lies on the map]
  std::int64_t stride = 16;     ///< pixels of a frame that one place of the map covers
};

}  // namespace pgt::models
