/// results.csv: one row per epoch, with its times; and the same rows, to be shown.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "run/epoch_rows.hpp"
#include "run/record_file.hpp"

namespace pgt::run {

/// NaN: not measured.
struct Result {
  std::int64_t epoch = 0;       ///< from 1
  std::int64_t iterations = 0;  ///< since the start
  double seconds = 0;           ///< training and evaluation of this epoch
  double train_loss = 0;
  double train_top1 = 0;
  std::map<std::string, double> val;  ///< by the metric's name
  std::optional<bool> best;           ///< nothing: no evaluation
  double learning_rate = 0;
  double clips_per_second = 0;

  double val_metric(const std::string& name) const;
};

/// The last one that was a new best; null where there is none.
const Result* best_of(const std::vector<Result>& results);

/// Columns: epoch, iterations, time_s, train/loss, train/top1, val/loss, val/top1, val/top5, val/mean_class_accuracy,
/// val/mAP, best (1 or 0), lr, clips_per_s. What was not measured is empty. Throws Error(io) naming the file.
class Results {
 public:
  /// Reads what earlier starts of the run have written.
  explicit Results(std::filesystem::path file);

  void add(const EpochRow& row);
  /// Keeps the first `epochs` epochs.
  void cut(std::int64_t epochs);
  void sync() { file_.sync(); }
  const std::vector<Result>& all() const { return results_; }

 private:
  std::filesystem::path path_;
  RecordFile file_;
  std::vector<Result> results_;
};

}  // namespace pgt::run
