#include "eval/step_ensemble.hpp"

#include <cmath>

namespace pgt::eval {

sdk::Ensemble resolve_ensemble(sdk::Ensemble ensemble, sdk::Task task) {
  const bool open = ensemble == sdk::Ensemble::automatic || ensemble == sdk::Ensemble::reference;
  if (open && task == sdk::Task::boxes) return sdk::Ensemble::last;
  return ensemble == sdk::Ensemble::automatic ? sdk::Ensemble::mean : ensemble;
}

void StepEnsemble::add(std::span<const double> probabilities) {
  ++steps_;
  if (values_.empty() || ensemble_ == sdk::Ensemble::last) {
    values_.assign(probabilities.begin(), probabilities.end());
  } else if (ensemble_ == sdk::Ensemble::max) {
    keep_larger(values_, probabilities);
  } else {
    for (std::size_t k = 0; k < values_.size(); ++k) values_[k] += probabilities[k];
  }
}

std::vector<double> StepEnsemble::result() const {
  std::vector<double> values = values_;
  if (ensemble_ == sdk::Ensemble::mean) {
    for (double& value : values) value /= static_cast<double>(steps_);
  }
  return values;
}

void keep_larger(std::vector<double>& values, std::span<const double> others) {
  for (std::size_t k = 0; k < values.size(); ++k) {
    if (others[k] > values[k] || std::isnan(others[k])) values[k] = others[k];
  }
}

}  // namespace pgt::eval
