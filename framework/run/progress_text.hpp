/// What the screen and the log say about progress, as text. Pure functions.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "run/epoch_rows.hpp"
#include "run/events.hpp"
#include "run/results.hpp"

namespace pgt::run {

/// "41m", "1h 05m", "35s"; "?" where it is not finite.
std::string short_duration(double seconds);
/// "00:41:10"; "?" where it is not finite.
std::string clock_duration(double seconds);

/// Time from one drawing of a bar to the next, at least.
inline constexpr std::chrono::milliseconds redraw_interval{100};

/// One line that is drawn again and again.
struct Bar {
  std::string head;  ///< "epoch 3/30"
  std::int64_t done = 0;
  std::int64_t all = 0;
  std::vector<std::string> fields;  ///< the last one is the last to be dropped
};

/// `epoch 3/30 ━━━━━━╸──── 25% 120/480 · loss 1.90 · …`, at most `columns` wide: fields that do not fit are dropped.
std::string render_bar(const Bar& bar, int columns, bool colors);

/// What is measured besides an iteration's own report.
struct Pace {
  double mean_loss = 0;         ///< of the epoch so far
  double clips_per_second = 0;  ///< lately
  double data_fraction = 0;     ///< lately: of the time, waiting for frames
  double seconds_left = 0;
  std::int64_t resident_bytes = 0;
  std::int64_t peak_bytes = 0;
};

Bar step_bar(const StepReport& report, std::int64_t epochs);
/// `epoch  3/30  iter 120/480  step 57`
std::string step_line(const StepReport& report, std::int64_t epochs);

Bar iteration_bar(const IterationReport& report, const Pace& pace, std::int64_t epochs);
/// `epoch  3/30  iter 120/480  loss 1.8342 (avg 1.9011)  top1 46.9%  lr 2.50e-02  …`
std::string iteration_line(const IterationReport& report, const Pace& pace, std::int64_t epochs);

/// `the loss of step 2 is not finite; the batch's videos: a.mp4, b.mp4`
std::string skipped_text(const IterationReport& report);
/// `epoch  3/30  iter 120/480  update skipped: …`
std::string skipped_line(const IterationReport& report, std::int64_t epochs);

/// The table of epochs, at most 69 columns: with the log's time in front of them they fit a terminal of 80. Where the
/// videos have several labels it has no top-1, and mAP instead.
std::string epoch_header(bool several_labels);
/// `*` marks a new best.
std::string epoch_line(const EpochRow& row, std::int64_t epochs, bool several_labels);

/// How a run ended: its best epoch, what that reached, how many updates were skipped, if any, and where it is.
std::vector<std::string> closing_lines(const std::vector<Result>& results, double seconds,
                                       const std::filesystem::path& folder, std::int64_t skipped = 0);

}  // namespace pgt::run
