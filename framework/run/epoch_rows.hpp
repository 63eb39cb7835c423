/// Joins what is known about an epoch: its training and, where one followed, its evaluation.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "run/events.hpp"

namespace pgt::run {

struct EpochRow {
  EpochReport train;
  std::optional<EvaluationReport> val;

  /// Of training and evaluation; NaN where that of the training is not known.
  double seconds() const { return train.seconds + (val ? val->seconds : 0); }
  /// Clips trained a second; NaN where no time was measured.
  double clips_per_second() const;
  /// A metric of the evaluation; NaN where there is none.
  double val_metric(const std::string& name) const;
};

/// A row is complete with the evaluation of "val", or with whatever shows that none will come: the next iteration, or
/// `close`.
class EpochRows : public Observer {
 public:
  explicit EpochRows(std::function<void(const EpochRow&)> complete) : complete_(std::move(complete)) {}

  void iteration(const IterationReport&) override { close(); }
  void epoch(const EpochReport& report) override;
  void evaluation(const EvaluationReport& report) override;
  void close();

 private:
  std::function<void(const EpochRow&)> complete_;
  std::optional<EpochRow> open_;
};

}  // namespace pgt::run
