#include "run/epoch_rows.hpp"

#include <limits>
#include <utility>

namespace pgt::run {

double EpochRow::clips_per_second() const {
  return train.seconds > 0 ? static_cast<double>(train.videos) / train.seconds
                           : std::numeric_limits<double>::quiet_NaN();
}

double EpochRow::val_metric(const std::string& name) const {
  if (val) {
    if (const auto found = val->metrics.find(name); found != val->metrics.end()) return found->second;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

void EpochRows::epoch(const EpochReport& report) {
  close();
  open_ = EpochRow{report, std::nullopt};
}

void EpochRows::evaluation(const EvaluationReport& report) {
  if (!open_ || report.split != "val" || report.epoch != open_->train.epoch) return;
  open_->val = report;
  close();
}

void EpochRows::close() {
  if (!open_) return;
  const EpochRow row = *std::exchange(open_, std::nullopt);
  complete_(row);
}

}  // namespace pgt::run
