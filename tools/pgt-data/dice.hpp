/// Random numbers of a generated video: a stream that depends on what it is for alone.
#pragma once

#include <cstdint>
#include <initializer_list>

namespace pgt::synth {

class Dice {
 public:
  /// Equal parts give equal streams, on every thread and machine.
  explicit Dice(std::initializer_list<std::uint64_t> parts);
  std::uint64_t bits();
  /// In [low, high).
  double between(double low, double high);
  /// In [low, high].
  std::int64_t integer(std::int64_t low, std::int64_t high);

 private:
  std::uint64_t key_;
  std::uint64_t count_ = 0;
};

}  // namespace pgt::synth
