#include "base/distributions.hpp"

#include <cmath>
#include <numbers>

namespace pgt {
namespace {

double cosine_of_an_angle(Random& random) { return std::cos(2 * std::numbers::pi * random.uniform()); }

}  // namespace

// Box and Muller, "A note on the generation of random normal deviates", 1958.
double normal(Random& random) {
  const double radius = std::sqrt(-2 * std::log(1 - random.uniform()));
  return radius * cosine_of_an_angle(random);
}

// Devroye, "Random variate generation in one line of code", 1996. `square` may be infinite.
double symmetric_beta(Random& random, double alpha) {
  const double square = std::pow(1 - random.uniform(), -1 / alpha) - 1;
  const double cosine = cosine_of_an_angle(random);
  const double from_middle = 1 / std::sqrt(1 + 1 / (square * cosine * cosine));
  return 0.5 * (1 + std::copysign(from_middle, cosine));
}

}  // namespace pgt
