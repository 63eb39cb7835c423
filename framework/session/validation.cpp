#include "session/validation.hpp"

#include <chrono>

#include "base/error.hpp"
#include "nn/tensor_memory.hpp"
#include "session/scoring.hpp"
#include "train/precise_statistics.hpp"

namespace pgt::session {

using Clock = std::chrono::steady_clock;

bool Validation::due(const train::Progress& progress) const {
  const std::int64_t every = session_.config.eval.every;
  const bool last = progress.epoch + 1 == session_.config.train.epochs;
  const bool turn = every > 0 && (progress.epoch + 1) % every == 0;
  return (last || turn) && session_.dataset->size(sdk::Split::val) > 0;
}

std::optional<train::Score> Validation::score(const train::Progress& progress) {
  if (!due(progress)) return std::nullopt;
  const Clock::time_point started = Clock::now();
  nn::release_unused_tensor_memory();  // evaluation has shapes of its own
  gather_statistics(progress);
  if (stopped()) return std::nullopt;
  const eval::Evaluation evaluation = evaluate_split(session_, sdk::Split::val, "val", [&](auto done, auto all) {
    if (run_ != nullptr) run_->show_progress("val", done, all);
    return !control_.stop();
  });
  nn::release_unused_tensor_memory();
  if (stopped()) return std::nullopt;
  return record(evaluation, progress, std::chrono::duration<double>(Clock::now() - started).count());
}

void Validation::gather_statistics(const train::Progress& progress) {
  const std::int64_t batches = session_.config.train.precise_statistics;
  if (batches == 0) return;
  session_.statistics =
      train::gather_statistics(session_.parts(), batches, progress.epoch, [this] { return control_.stop(); });
  gathered_at_ = progress.total;
}

train::Score Validation::record(const eval::Evaluation& evaluation, const train::Progress& progress, double seconds) {
  for (const run::BadFile& file : evaluation.missing) {
    if (run_ != nullptr) run_->observer().bad_file(file);
  }
  if (evaluation.scored.empty()) throw Error(ExitCode::data, "none of the validation videos can be read");
  run::EvaluationReport report;
  report.epoch = progress.epoch;
  report.total = progress.total;
  report.split = "val";
  report.used = std::ssize(evaluation.scored);
  report.videos = std::ssize(evaluation.videos);
  const std::map<std::string, double> metrics = eval::summarise(evaluation);
  report.metrics = metrics;
  train::Score score{report.metrics.at(eval::main_metric(evaluation))};
  if (const auto accuracy = report.metrics.find("accuracy"); accuracy != report.metrics.end()) {
    report.metrics["top1"] = accuracy->second;  // of moments; tables and curves know it by this name
  }
  if (const auto loss = report.metrics.find("loss"); loss != report.metrics.end()) score.loss = loss->second;
  report.best = score.better_than(progress.best);
  report.seconds = seconds;
  if (run_ == nullptr) return score;
  const std::filesystem::path folder = run_->folder() / "eval";
  eval::write_evaluation(folder / "val_last", evaluation, metrics);
  if (report.best) eval::write_evaluation(folder / "val_best", evaluation, metrics);
  run_->observer().evaluation(report);
  return score;
}

void Validation::save(train::Checkpoint& checkpoint) const {
  const train::Progress& progress = checkpoint.progress;
  const bool same_weights = progress.total == gathered_at_ && progress.clip.step == 0;
  if (same_weights) checkpoint.tensors.merge(train::to_tensors(session_.statistics));
}

void Validation::load(const train::Checkpoint& checkpoint) {
  train::StepStatistics kept = train::statistics_in(checkpoint.tensors);
  if (kept.empty()) return;
  session_.statistics = std::move(kept);
  gathered_at_ = checkpoint.progress.total;
}

}  // namespace pgt::session
