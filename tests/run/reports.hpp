/// Reports as a small training would give them.
#pragma once

#include <cmath>
#include <cstdint>

#include "run/events.hpp"

namespace pgt::run {

constexpr std::int64_t iterations_an_epoch = 3;

/// Of iteration `total` (from 1); `seconds` is what the clock says, which never repeats.
inline run::IterationReport an_iteration(std::int64_t total, double seconds = 0.5) {
  run::IterationReport report;
  report.epoch = (total - 1) / iterations_an_epoch;
  report.iteration = (total - 1) % iterations_an_epoch;
  report.iterations = iterations_an_epoch;
  report.total = total;
  report.videos = 4;
  report.step_losses = {2.0 / static_cast<double>(total), 1.0 / 3.0};
  report.loss = (report.step_losses[0] + report.step_losses[1]) / 2;
  report.accuracy = 25.0 * static_cast<double>(total % 4);
  report.learning_rate = 0.1 / static_cast<double>(total);
  report.gradient_norm = std::sqrt(static_cast<double>(total));
  report.seconds = seconds;
  report.data_seconds = seconds / 10;
  return report;
}

inline run::EpochReport an_epoch(std::int64_t epoch, double seconds = 1.5) {
  run::EpochReport report;
  report.epoch = epoch;
  report.epochs = 10;
  report.total = (epoch + 1) * iterations_an_epoch;
  report.videos = 12;
  report.loss = 1.7 / static_cast<double>(epoch + 1);
  report.accuracy = 100.0 / 3;
  report.learning_rate = 0.025;
  report.seconds = seconds;
  return report;
}

inline run::EvaluationReport an_evaluation(std::int64_t epoch, bool best, double seconds = 0.25) {
  run::EvaluationReport report;
  report.epoch = epoch;
  report.total = (epoch + 1) * iterations_an_epoch;
  report.split = "val";
  report.used = 5;
  report.videos = 6;
  report.metrics = {{"loss", 1.25}, {"top1", 60.0}, {"top5", 100.0}, {"mean_class_accuracy", 55.5}};
  report.best = best;
  report.seconds = seconds;
  return report;
}

}  // namespace pgt::run
