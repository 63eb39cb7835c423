#include "base/random.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace pgt {
namespace {

constexpr std::uint64_t golden_gamma = 0x9E3779B97F4A7C15U;

/// The finaliser of splitmix64.
std::uint64_t scramble(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31);
}

}  // namespace

std::uint64_t mix(std::initializer_list<std::uint64_t> parts) {
  std::uint64_t state = golden_gamma;
  for (const std::uint64_t part : parts) state = scramble(state + golden_gamma + scramble(part + golden_gamma));
  return state;
}

Random::Random(std::uint64_t seed, std::uint64_t epoch, std::uint64_t sample, Purpose purpose)
    : state_(mix({seed, epoch, sample, static_cast<std::uint64_t>(purpose)})) {}

std::uint64_t Random::bits() {
  state_ += golden_gamma;
  return scramble(state_);
}

double Random::uniform() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }

std::int64_t Random::integer(std::int64_t low, std::int64_t high) {
  const std::uint64_t count = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  if (count == 0) return static_cast<std::int64_t>(bits());  // the whole range
  // Values over the largest multiple of `count` would make the low ones likelier.
  const std::uint64_t limit = std::numeric_limits<std::uint64_t>::max() / count * count;
  std::uint64_t value = bits();
  while (value >= limit) value = bits();
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + value % count);
}

std::vector<std::size_t> permutation(std::uint64_t seed, std::uint64_t epoch, std::size_t count) {
  std::vector<std::pair<std::uint64_t, std::size_t>> keys;
  keys.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    keys.emplace_back(mix({seed, epoch, i, static_cast<std::uint64_t>(Purpose::order)}), i);
  }
  std::sort(keys.begin(), keys.end());
  std::vector<std::size_t> order;
  order.reserve(count);
  for (const auto& [key, index] : keys) order.push_back(index);
  return order;
}

}  // namespace pgt
