#include "dice.hpp"

#include "base/random.hpp"

namespace pgt::synth {

Dice::Dice(std::initializer_list<std::uint64_t> parts) : key_(mix(parts)) {}

std::uint64_t Dice::bits() { return mix({key_, count_++}); }

double Dice::between(double low, double high) {
  return low + (high - low) * static_cast<double>(bits() >> 11) * 0x1.0p-53;
}

std::int64_t Dice::integer(std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(bits() % static_cast<std::uint64_t>(high - low + 1));
}

}  // namespace pgt::synth
