#include "train/score.hpp"

#include <cmath>

namespace pgt::train {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double metric_of(const Score& score) { return std::isnan(score.metric) ? -infinity : score.metric; }
double loss_of(const Score& score) { return std::isnan(score.loss) ? infinity : score.loss; }

}  // namespace

bool Score::better_than(const Score& other) const {
  if (metric_of(*this) != metric_of(other)) return metric_of(*this) > metric_of(other);
  return loss_of(*this) < loss_of(other);
}

}  // namespace pgt::train
