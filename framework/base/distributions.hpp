/// Random draws that are not uniform numbers.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "base/random.hpp"

namespace pgt {

/// Of the normal distribution with mean 0 and standard deviation 1.
double normal(Random& random);

/// Of the Beta distribution whose two parameters are both `alpha`, above 0; in [0, 1].
double symmetric_beta(Random& random, double alpha);

/// Shuffles the elements: every order is equally likely.
template <class Thing>
void shuffle(std::vector<Thing>& things, Random& random) {
  for (std::size_t left = things.size(); left > 1; --left) {
    const std::int64_t chosen = random.integer(0, static_cast<std::int64_t>(left) - 1);
    std::swap(things[left - 1], things[static_cast<std::size_t>(chosen)]);
  }
}

}  // namespace pgt
