/// The colour that a class has in every picture of moments.
#pragma once

#include <cmath>
#include <cstdint>

namespace pgt::eval {

/// Degrees: hues that lie far apart for neighbouring classes, to be seen on a light and on a dark background.
inline double hue_of_class(std::int64_t label) { return std::fmod(210 + 137.508 * static_cast<double>(label), 360); }

/// … and with it, of 1.
inline constexpr double class_saturation = 0.6, class_lightness = 0.52;

}  // namespace pgt::eval
