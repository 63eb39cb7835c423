#include "train/epoch_end.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "base/error.hpp"
#include "train/learning_rate.hpp"

namespace pgt::train {

run::EpochReport epoch_report(const Progress& progress, const config::TrainOptions& options, config::Loss loss,
                              double seconds, std::int64_t updates) {
  const double videos = static_cast<double>(std::max<std::int64_t>(1, progress.epoch_videos));
  run::EpochReport report;
  report.epoch = progress.epoch;
  report.epochs = options.epochs;
  report.total = progress.total;
  report.videos = progress.epoch_videos;
  report.bad_videos = std::ssize(progress.bad_videos);
  report.loss = progress.epoch_loss / videos;
  report.skipped = progress.epoch_skipped;
  report.accuracy = loss == config::Loss::cross_entropy ? 100.0 * progress.epoch_correct / videos
                                                        : std::numeric_limits<double>::quiet_NaN();
  report.learning_rate = learning_rate(options, static_cast<double>(progress.epoch + 1), updates);
  report.seconds = seconds;
  return report;
}

void check_learned(const Progress& progress, const std::string& what) {
  if (progress.epoch_videos > 0) return;
  if (progress.epoch_skipped > 0) {
    throw Error(ExitCode::diverged,
                "no loss of epoch " + std::to_string(progress.epoch + 1) +
                    " is finite: lower train.learning_rate or set train.clip_gradient; train.log names the videos");
  }
  throw Error(ExitCode::data, "none of the training videos can be read" +
                                  (what.empty() ? "" : " and shows " + what + " to learn from"));
}

std::string early_end(const Progress& progress, const config::TrainOptions& options) {
  const bool patient = options.patience == 0 || progress.stale < options.patience;
  if (patient || progress.epoch >= options.epochs) return "";
  return "stopped early, after epoch " + std::to_string(progress.epoch) + ": the last " +
         std::to_string(progress.stale) +
         " evaluations had no better score than one before (train.patience = " + std::to_string(options.patience) + ")";
}

}  // namespace pgt::train
