#include "eval/localisation.hpp"

#include <algorithm>

namespace pgt::eval {

Localisation::Localisation(double begin, double end) {
  for (std::size_t i = 0; i < count; ++i) {
    moments_[i].second = begin + static_cast<double>(i) * (end - begin) / static_cast<double>(count);
  }
}

void Localisation::add(double first, double last, std::span<const double> probabilities) {
  for (Gathered& moment : moments_) {
    const double distance = std::max({0.0, first - moment.second, moment.second - last});
    if (moment.stretches == 0 || distance < moment.distance) {
      moment.distance = distance;
      moment.stretches = 1;
      moment.sum.assign(probabilities.begin(), probabilities.end());
    } else if (distance == 0) {
      ++moment.stretches;
      for (std::size_t k = 0; k < probabilities.size(); ++k) moment.sum[k] += probabilities[k];
    }
  }
}

std::vector<LocalisedSecond> Localisation::seconds() const {
  std::vector<LocalisedSecond> seconds;
  for (const Gathered& gathered : moments_) {
    LocalisedSecond second{gathered.second, gathered.sum, {}};
    for (double& p : second.probabilities) p /= static_cast<double>(gathered.stretches);
    seconds.push_back(std::move(second));
  }
  return seconds;
}

}  // namespace pgt::eval
