#include "train/reports.hpp"

#include <algorithm>
#include <limits>

#include "train/learning_rate.hpp"

namespace pgt::train {

run::EpochReport epoch_report(const Progress& progress, const config::TrainOptions& options, config::Loss loss,
                              double seconds, std::int64_t iterations) {
  const double videos = static_cast<double>(std::max<std::int64_t>(1, progress.epoch_videos));
  run::EpochReport report;
  report.epoch = progress.epoch;
  report.epochs = options.epochs;
  report.total = progress.total;
  report.videos = progress.epoch_videos;
  report.bad_videos = std::ssize(progress.bad_videos);
  report.loss = progress.epoch_loss / videos;
  report.accuracy = loss == config::Loss::cross_entropy ? 100.0 * progress.epoch_correct / videos
                                                        : std::numeric_limits<double>::quiet_NaN();
  report.learning_rate = learning_rate(options, static_cast<double>(progress.epoch + 1), iterations);
  report.seconds = seconds;
  return report;
}

std::string early_end(const Progress& progress, const config::TrainOptions& options) {
  const bool patient = options.patience == 0 || progress.stale < options.patience;
  if (patient || progress.epoch >= options.epochs) return "";
  return "stopped early, after epoch " + std::to_string(progress.epoch) + ": the last " +
         std::to_string(progress.stale) +
         " evaluations had no better score than one before (train.patience = " + std::to_string(options.patience) + ")";
}

double epochs_done(const Progress& progress, const config::TrainOptions& options, std::int64_t iterations) {
  const double batches = static_cast<double>(progress.unit) / static_cast<double>(options.batch_size);
  return static_cast<double>(progress.epoch) + batches / static_cast<double>(iterations);
}

}  // namespace pgt::train
