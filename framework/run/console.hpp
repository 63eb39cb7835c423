/// Shows a run as it goes: the bar, lines in the log, the table of epochs.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "run/epoch_rows.hpp"
#include "run/events.hpp"
#include "run/log.hpp"
#include "run/pace_meter.hpp"
#include "run/progress_text.hpp"

namespace pgt::run {

class Console : public Observer {
 public:
  /// Where no bar is drawn, a line says how far things are at least every `longest_silence`.
  Console(Log& log, std::int64_t epochs, std::int64_t log_every,
          std::chrono::seconds longest_silence = std::chrono::minutes(1));

  void step(const StepReport& report) override;
  void iteration(const IterationReport& report) override;
  void epoch(const EpochReport& report) override;
  void evaluation(const EvaluationReport& report) override;
  /// A line of the table. `several_labels`: as epoch_header.
  void row(const EpochRow& row, bool several_labels);
  /// Something that is not training: "val" and how many clips of how many.
  void progress(std::string_view what, std::int64_t done, std::int64_t all);

 private:
  void draw(const Bar& bar, bool last);
  /// A line, unless there was one a short while ago.
  void break_silence(const std::string& line);
  void say(const std::string& line);
  void hint_if_waiting();

  Log& log_;
  std::int64_t epochs_;
  std::int64_t log_every_;
  PaceMeter meter_;
  std::chrono::seconds longest_silence_;
  std::chrono::steady_clock::time_point drawn_{};
  std::chrono::steady_clock::time_point said_ = std::chrono::steady_clock::now();
  std::int64_t rows_ = 0;
  bool hinted_ = false;
  std::map<std::string, std::int64_t> missing_;  ///< by split: videos that the last evaluation could not score
};

}  // namespace pgt::run
