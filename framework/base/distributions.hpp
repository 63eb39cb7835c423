/// Draws that are not uniform.
#pragma once

#include "base/random.hpp"

namespace pgt {

/// Of the normal distribution with mean 0 and standard deviation 1.
double normal(Random& random);

/// Of the Beta distribution whose two parameters are both `alpha`, above 0; in [0, 1].
double symmetric_beta(Random& random, double alpha);

}  // namespace pgt
