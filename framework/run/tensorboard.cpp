#include "run/tensorboard.hpp"

#include <algorithm>

namespace pgt::run {
namespace {

/// Of a whole long video there are thousands of steps, and nobody looks at thousands of charts.
constexpr std::size_t most_step_charts = 64;

}  // namespace

void TensorBoard::iteration(const IterationReport& report) {
  Scalars scalars = {{"train/loss", report.loss},
                     {"train/top1", report.accuracy},
                     {"train/lr", report.learning_rate},
                     {"train/grad_norm", report.gradient_norm}};
  if (report.loss_scale > 0) scalars.emplace_back("train/loss_scale", report.loss_scale);
  for (std::size_t k = 0; k < std::min(report.step_losses.size(), most_step_charts); ++k) {
    scalars.emplace_back("train/loss_step_" + std::to_string(k + 1), report.step_losses[k]);
  }
  if (report.seconds > 0) {
    scalars.emplace_back("perf/clips_per_s", static_cast<double>(report.videos) / report.seconds);
    scalars.emplace_back("perf/data_fraction", report.data_seconds / report.seconds);
  }
  add(report.total, scalars);
}

void TensorBoard::evaluation(const EvaluationReport& report) {
  Scalars scalars;
  for (const auto& [name, value] : report.metrics) scalars.emplace_back(report.split + "/" + name, value);
  add(report.total, scalars);
}

void TensorBoard::add(std::int64_t step, const Scalars& scalars) {
  if (!file_) {
    file_.emplace(folder_);
    file_->start_at(step);
  }
  file_->add(step, scalars);
}

}  // namespace pgt::run
