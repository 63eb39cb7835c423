/// Names that tell left from right.
#pragma once

#include <optional>
#include <span>
#include <string>

namespace pgt {

/// The first of the names that a mirrored video would no longer bear, such as "turn left", "TurnRight", "rechts
/// abbiegen" or "clockwise"; nothing where there is none. Goes by whole words ("bright" is not one of them), and by
/// names of which another is the opposite ("swipeleft" beside "swiperight", "Linkskurve" beside "Rechtskurve", "arm_L"
/// beside "arm_R").
std::optional<std::string> name_with_a_side(std::span<const std::string> names);

}  // namespace pgt
