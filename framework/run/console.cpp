#include "run/console.hpp"

#include <algorithm>

#include "base/number.hpp"
#include "run/memory.hpp"

namespace pgt::run {
namespace {

constexpr std::int64_t rows_under_a_header = 20;
constexpr std::int64_t iterations_before_hint = 20;  // the first ones wait for the first frames in any case
constexpr double much_waiting = 0.5;

}  // namespace

Console::Console(Log& log, std::int64_t epochs, std::int64_t log_every, std::chrono::seconds longest_silence)
    : log_(log),
      epochs_(epochs),
      log_every_(std::max<std::int64_t>(1, log_every)),
      meter_(epochs),
      longest_silence_(longest_silence) {}

void Console::step(const StepReport& report) {
  draw(step_bar(report, epochs_), false);
  break_silence(step_line(report, epochs_));
}

void Console::iteration(const IterationReport& report) {
  meter_.add(report);
  if (report.skipped > 0) log_.warning(skipped_line(report, epochs_));
  const Pace pace{meter_.mean_loss(),    meter_.clips_per_second(), meter_.data_fraction(),
                  meter_.seconds_left(), resident_bytes(),          peak_resident_bytes()};
  const bool last = report.iteration + 1 == report.iterations;
  if (last || (report.iteration + 1) % log_every_ == 0) say(iteration_line(report, pace, epochs_));
  draw(iteration_bar(report, pace, epochs_), last);
  hint_if_waiting();
}

void Console::epoch(const EpochReport&) { log_.show_bar(""); }

void Console::evaluation(const EvaluationReport& report) {
  meter_.add(report);
  log_.show_bar("");
  const std::int64_t missing = report.videos - report.used;
  if (missing > 0 && missing_[report.split] != missing) {  // not again after each epoch
    log_.warning(std::to_string(missing) + " of the " + std::to_string(report.videos) + " videos of " + report.split +
                 " could not be scored (bad_files.csv): the figures are of the others");
  }
  missing_[report.split] = missing;
}

void Console::row(const EpochRow& row, bool several_labels) {
  log_.show_bar("");
  if (rows_++ % rows_under_a_header == 0) log_.info(epoch_header(several_labels));
  log_.info(epoch_line(row, epochs_, several_labels));
}

void Console::progress(std::string_view what, std::int64_t done, std::int64_t all) {
  draw({std::string(what), done, all, {}}, done == all);
  break_silence(std::string(what) + "  " + std::to_string(done) + "/" + std::to_string(all));
  if (done == all) log_.show_bar("");
}

void Console::draw(const Bar& bar, bool last) {
  const int columns = log_.bar_columns();
  const auto now = std::chrono::steady_clock::now();
  if (columns == 0 || (!last && now - drawn_ < redraw_interval)) return;
  drawn_ = now;
  log_.show_bar(render_bar(bar, columns, log_.has_colors()));
}

void Console::break_silence(const std::string& line) {
  if (std::chrono::steady_clock::now() - said_ >= longest_silence_) say(line);
}

void Console::say(const std::string& line) {
  said_ = std::chrono::steady_clock::now();
  log_.detail(line);
}

void Console::hint_if_waiting() {
  if (hinted_ || meter_.iterations() < iterations_before_hint || meter_.data_fraction() <= much_waiting) return;
  hinted_ = true;
  log_.info("hint: " + fixed(100 * meter_.data_fraction(), 0) +
            "% of the time is spent waiting for frames: raise data.threads, or make smaller copies with `pgt-host data "
            "transcode`");
}

}  // namespace pgt::run
