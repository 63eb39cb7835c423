#include "schedulers/common/draw.hpp"

namespace pgt::schedulers {
namespace {

/// The next of a sequence of well mixed numbers (SplitMix64: Steele, Lea, Flood 2014).
std::uint64_t next(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15U;
  std::uint64_t z = state;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

/// Uniform in [0, 1).
double uniform(std::uint64_t& state) { return static_cast<double>(next(state) >> 11U) * 0x1p-53; }

}  // namespace

std::vector<bool> draw_some(std::int64_t count, std::int64_t all, std::uint64_t seed, std::int64_t iteration) {
  std::uint64_t state = seed;
  state = next(state) ^ static_cast<std::uint64_t>(iteration);
  std::vector<bool> drawn;
  // One place after another, each with the share that is still wanted of those that are left.
  for (std::int64_t place = 0; place < all; ++place) {
    const double share = static_cast<double>(count) / static_cast<double>(all - place);
    drawn.push_back(uniform(state) < share);
    if (drawn.back()) --count;
  }
  return drawn;
}

}  // namespace pgt::schedulers
