#include "train/learning_rate.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace pgt::train {
namespace {

double policy(const config::TrainOptions& options, double epoch) {
  switch (options.policy) {
    case config::LearningRatePolicy::cosine: {
      const double part = epoch / static_cast<double>(options.epochs);
      return 0.5 * options.learning_rate * (1.0 + std::cos(std::numbers::pi * part));
    }
    case config::LearningRatePolicy::step: {
      const auto passed = std::count_if(options.milestones.begin(), options.milestones.end(),
                                        [epoch](double milestone) { return milestone <= epoch; });
      return options.learning_rate * std::pow(options.gamma, static_cast<double>(passed));
    }
    case config::LearningRatePolicy::constant:
      break;
  }
  return options.learning_rate;
}

}  // namespace

double learning_rate(const config::TrainOptions& options, double epoch) {
  if (epoch >= options.warmup_epochs) return policy(options, epoch);
  const double goal = policy(options, options.warmup_epochs);
  return options.warmup_start + (goal - options.warmup_start) * epoch / options.warmup_epochs;
}

}  // namespace pgt::train
