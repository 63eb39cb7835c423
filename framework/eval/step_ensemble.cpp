#include "eval/step_ensemble.hpp"

#include <cmath>
#include <numeric>
#include <utility>

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

void ClipEnsemble::add(std::vector<double> clip) {
  ++clips_;
  if (loss_ == config::Loss::cross_entropy) {  // a distribution, whatever the ensemble over steps made of it
    const double sum = std::reduce(clip.begin(), clip.end());
    for (double& p : clip) p /= sum;
  }
  if (values_.empty()) {
    values_ = std::move(clip);
  } else if (loss_ == config::Loss::cross_entropy) {
    for (std::size_t k = 0; k < clip.size(); ++k) values_[k] += clip[k];
  } else {
    keep_larger(values_, clip);
  }
}

std::vector<double> ClipEnsemble::result() const {
  std::vector<double> values = values_;
  if (loss_ == config::Loss::cross_entropy) {
    for (double& p : values) p /= static_cast<double>(clips_);
  }
  return values;
}

void keep_larger(std::vector<double>& values, std::span<const double> others) {
  for (std::size_t k = 0; k < values.size(); ++k) {
    if (others[k] > values[k] || std::isnan(others[k])) values[k] = others[k];
  }
}

}  // namespace pgt::eval
