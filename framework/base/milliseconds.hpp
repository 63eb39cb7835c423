/// Seconds as they are printed: to the millisecond, as annotations are.
#pragma once

#include <cmath>

namespace pgt {

inline double rounded_to_milliseconds(double seconds) { return std::round(1000 * seconds) / 1000; }

}  // namespace pgt
