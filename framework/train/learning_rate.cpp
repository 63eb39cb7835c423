#include "train/learning_rate.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace pgt::train {
namespace {

using config::LearningRatePolicy;

/// From 1 at 0 to 0 at 1, along half a cosine.
double half_cosine(double part) { return 0.5 * (1.0 + std::cos(std::numbers::pi * part)); }

/// From the start to `learning_rate` at a share of all updates, then to the end at the last update: as torch's
/// OneCycleLR, which counts updates from 0 and so peaks one before that share.
double one_cycle(const config::TrainOptions& options, double epoch, std::int64_t iterations) {
  const double updates = static_cast<double>(options.epochs * iterations), last = updates - 1;
  const double update = std::min(epoch * static_cast<double>(iterations), last);
  const double peak = options.pct_start * updates - 1;
  const double start = options.learning_rate / options.div_factor, end = start / options.final_div_factor;
  if (update < peak) return options.learning_rate + (start - options.learning_rate) * half_cosine(update / peak);
  if (last <= peak) return options.learning_rate;
  return end + (options.learning_rate - end) * half_cosine((update - peak) / (last - peak));
}

double policy(const config::TrainOptions& options, double epoch, std::int64_t iterations) {
  const double rate = options.learning_rate, floor = options.min_learning_rate;
  const double part = std::min(epoch / static_cast<double>(options.epochs), 1.0);
  switch (options.policy) {
    case LearningRatePolicy::cosine:
      return floor + (rate - floor) * half_cosine(part);
    case LearningRatePolicy::linear:
      return floor + (rate - floor) * (1 - part);
    case LearningRatePolicy::poly:
      return floor + (rate - floor) * std::pow(1 - part, options.power);
    case LearningRatePolicy::step: {
      const auto passed = std::count_if(options.milestones.begin(), options.milestones.end(),
                                        [epoch](double milestone) { return milestone <= epoch; });
      return std::max(floor, rate * std::pow(options.gamma, static_cast<double>(passed)));
    }
    case LearningRatePolicy::exponential:
      return std::max(floor, rate * std::pow(options.gamma, epoch));
    case LearningRatePolicy::one_cycle:
      return one_cycle(options, epoch, iterations);
    case LearningRatePolicy::constant:
      break;
  }
  return rate;
}

}  // namespace

double batch_factor(const config::TrainOptions& options) {
  if (options.base_batch_size == 0) return 1;
  return static_cast<double>(options.videos_per_update()) / static_cast<double>(options.base_batch_size);
}

double warmup_end(const config::TrainOptions& options, std::int64_t iterations) {
  if (options.warmup_iterations == 0) return options.warmup_epochs;
  return static_cast<double>(options.warmup_iterations) / static_cast<double>(iterations);
}

double learning_rate(const config::TrainOptions& options, double epoch, std::int64_t iterations) {
  const double end = warmup_end(options, iterations);
  if (epoch >= end) return batch_factor(options) * policy(options, epoch, iterations);
  const double goal = policy(options, end, iterations);
  return batch_factor(options) * (options.warmup_start + (goal - options.warmup_start) * epoch / end);
}

std::int64_t updates_of_epoch(std::int64_t units, const config::TrainOptions& options) {
  return (units + options.videos_per_update() - 1) / options.videos_per_update();
}

double epochs_done(const Progress& progress, const config::TrainOptions& options, std::int64_t updates) {
  const double done = static_cast<double>(progress.unit) / static_cast<double>(options.videos_per_update());
  return static_cast<double>(progress.epoch) + done / static_cast<double>(updates);
}

}  // namespace pgt::train
