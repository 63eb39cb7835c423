/// Counter-based random numbers: every draw is a hash of what it is for, so a run can stop anywhere and resume with the
/// same numbers, whatever the number of threads.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace pgt {

/// What a draw is for. The numbers are part of a run's identity: never reuse or renumber one.
enum class Purpose : std::uint64_t {
  order = 1,
  clip_start = 2,
  scale = 3,
  crop = 4,
  flip = 5,
  model_init = 6,
  dropout = 7,
  statistics = 8,
  randaugment = 9,
  colour = 10,
  lighting = 11,
  erasing = 12,
  mixing = 13,
  balance = 14
};

/// A well-mixed 64-bit hash of the parts (splitmix64 over each).
std::uint64_t mix(std::initializer_list<std::uint64_t> parts);

/// A hash of a text, the same on every machine and with every library (FNV-1a).
std::uint64_t stable_hash(std::string_view text);

/// A short stream of numbers that depends on the parts alone.
class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t epoch, std::uint64_t sample, Purpose purpose);
  std::uint64_t bits();
  /// In [0, 1).
  double uniform();
  /// In [low, high].
  std::int64_t integer(std::int64_t low, std::int64_t high);

 private:
  std::uint64_t state_;
};

/// The order in which an epoch visits `count` samples.
std::vector<std::size_t> permutation(std::uint64_t seed, std::uint64_t epoch, std::size_t count);

}  // namespace pgt
