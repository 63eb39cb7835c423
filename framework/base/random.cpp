#include "base/random.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace pgt {
namespace {

// splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
constexpr std::uint64_t increment = 0x9e3779b97f4a7c15ULL;

std::uint64_t scramble(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

}  // namespace

std::uint64_t mix(std::initializer_list<std::uint64_t> parts) {
  std::uint64_t hash = 0;
  for (const std::uint64_t part : parts) hash = scramble((hash ^ part) + increment);
  return hash;
}

std::uint64_t stable_hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

Random::Random(std::uint64_t seed, std::uint64_t epoch, std::uint64_t sample, Purpose purpose)
    : state_(mix({static_cast<std::uint64_t>(purpose), seed, epoch, sample})) {}

std::uint64_t Random::bits() {
  state_ += increment;
  return scramble(state_);
}

double Random::uniform() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }

std::int64_t Random::integer(std::int64_t low, std::int64_t high) {
  const std::uint64_t values = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  if (values == 0) return static_cast<std::int64_t>(bits());  // all 2^64 of them
  // The remainder of 2^64 is refused: without that, small values would come up slightly more often.
  const std::uint64_t refused = (0 - values) % values;
  std::uint64_t draw = bits();
  while (draw < refused) draw = bits();
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + draw % values);
}

std::vector<std::size_t> permutation(std::uint64_t seed, std::uint64_t epoch, std::size_t count) {
  std::vector<std::pair<std::uint64_t, std::size_t>> keyed(count);
  for (std::size_t index = 0; index < count; ++index) {
    keyed[index] = {mix({static_cast<std::uint64_t>(Purpose::order), seed, epoch, index}), index};
  }
  std::sort(keyed.begin(), keyed.end());
  std::vector<std::size_t> order(count);
  std::transform(keyed.begin(), keyed.end(), order.begin(), [](const auto& entry) { return entry.second; });
  return order;
}

}  // namespace pgt
