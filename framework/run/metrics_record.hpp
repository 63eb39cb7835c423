/// metrics.jsonl: every event as one JSON object per line, and only what training determines.
#pragma once

#include "run/events.hpp"
#include "run/record_file.hpp"

namespace pgt::run {

/// Events "train_iter", "train_epoch", "val_epoch" and, for other splits, the split's name; epochs and iterations count
/// from 1. Nothing that a clock or the machine decides is in it, and numbers read back as the same number, so that a
/// run that was killed and resumed has the same bytes as one that was not. NaN becomes null.
class MetricsRecord : public Observer {
 public:
  explicit MetricsRecord(RecordFile& file) : file_(file) {}

  void iteration(const IterationReport& report) override;
  void epoch(const EpochReport& report) override;
  void evaluation(const EvaluationReport& report) override;

 private:
  RecordFile& file_;
};

}  // namespace pgt::run
