/// Which of the fast pathway's frames the published code shows to a slower one (docs/method.md M5.8).
#pragma once

#include <cstdint>
#include <vector>

namespace pgt::schedulers {

/// `reference`: as the published code does it, also where that is odd (docs/reference.md).
enum class Compatibility { none, reference };

/// `count` frames spread evenly over [first, last], both ends taken, rounded down; in float32, as there.
std::vector<std::int64_t> spread(std::int64_t first, std::int64_t last, std::int64_t count);

}  // namespace pgt::schedulers
