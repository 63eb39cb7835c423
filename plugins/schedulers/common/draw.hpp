/// What a schedule draws: a hash of the seed and of what it is for, so that equal requests give equal plans.
#pragma once

#include <cstdint>
#include <vector>

namespace pgt::schedulers {

/// Which `count` of `all` places: true at as many of them, each set of places equally likely.
std::vector<bool> draw_some(std::int64_t count, std::int64_t all, std::uint64_t seed, std::int64_t iteration);

}  // namespace pgt::schedulers
