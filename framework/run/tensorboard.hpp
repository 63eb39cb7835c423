/// A run's figures for TensorBoard.
#pragma once

#include <filesystem>
#include <optional>

#include "run/event_file.hpp"
#include "run/events.hpp"

namespace pgt::run {

/// Tags: train/loss, train/top1, train/lr, train/grad_norm, train/loss_step_K (K from 1 to 64 at most), SPLIT/METRIC,
/// perf/clips_per_s, perf/data_fraction. The x-axis counts iterations since the start of the run, so the curves of
/// training and validation align. A new file for each start, made with the first report.
class TensorBoard : public Observer {
 public:
  explicit TensorBoard(std::filesystem::path folder) : folder_(std::move(folder)) {}

  void iteration(const IterationReport& report) override;
  void evaluation(const EvaluationReport& report) override;

 private:
  void add(std::int64_t step, const Scalars& scalars);

  std::filesystem::path folder_;
  std::optional<EventFile> file_;
};

}  // namespace pgt::run
