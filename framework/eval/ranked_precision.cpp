#include "eval/ranked_precision.hpp"

#include <algorithm>
#include <limits>

namespace pgt::eval {
namespace {

/// A negative weighs 1 / `ratio` of a positive.
double weighed_precision(std::vector<Ranked> things, double ratio) {
  std::sort(things.begin(), things.end(), [](const Ranked& a, const Ranked& b) { return a.score > b.score; });
  double sum = 0;  // of precision × newly found positives
  double found = 0, wrong = 0;
  for (std::size_t i = 0; i < things.size();) {
    const double found_before = found;
    const double threshold = things[i].score;
    for (; i < things.size() && things[i].score == threshold; ++i) ++(things[i].positive ? found : wrong);
    if (found > found_before) sum += (found - found_before) * found / (found + wrong / ratio);
  }
  return found == 0 ? std::numeric_limits<double>::quiet_NaN() : sum / found;
}

}  // namespace

double average_precision_of(std::vector<Ranked> things) { return weighed_precision(std::move(things), 1); }

double calibrated_average_precision_of(std::vector<Ranked> things) {
  const auto positives = static_cast<double>(std::ranges::count_if(things, &Ranked::positive));
  const double negatives = static_cast<double>(things.size()) - positives;
  const bool both = positives > 0 && negatives > 0;
  return weighed_precision(std::move(things), both ? negatives / positives : 1);
}

}  // namespace pgt::eval
