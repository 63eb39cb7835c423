#include "run/progress_text.hpp"

#include <algorithm>
#include <cmath>

#include "base/number.hpp"
#include "base/text.hpp"

namespace pgt::run {
namespace {

constexpr int shortest_bar = 10;
constexpr int longest_bar = 30;
constexpr const char* separator = " · ";
constexpr const char* filled_color = "\033[36m";
constexpr const char* rest_color = "\033[2m";
constexpr std::ptrdiff_t most_files_named = 32;
constexpr const char* no_color = "\033[0m";

std::string two_digits(std::int64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); }

std::string percent(double fraction) { return fixed(100 * fraction, 0) + "%"; }

std::string repeated(const char* piece, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += piece;
  return text;
}

/// In halves of a column: ━━╸──.
std::string track(double fraction, int length, bool colors) {
  const int halves = static_cast<int>(fraction * 2 * length);
  std::string filled = repeated("━", halves / 2) + (halves % 2 != 0 ? "╸" : "");
  std::string rest = repeated("─", length - halves / 2 - halves % 2);
  if (!colors) return filled + rest;
  return filled_color + filled + no_color + rest_color + rest + no_color;
}

std::string padded(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

std::string epoch_head(std::int64_t epoch, std::int64_t epochs) {
  return "epoch " + std::to_string(epoch + 1) + "/" + std::to_string(epochs);
}

/// `epoch  3/30  iter 120/480`
std::string place_in_training(std::int64_t epoch, std::int64_t epochs, std::int64_t iteration,
                              std::int64_t iterations) {
  const std::string all_epochs = std::to_string(epochs);
  const std::string all_iterations = std::to_string(iterations);
  return "epoch " + padded(std::to_string(epoch + 1), all_epochs.size()) + "/" + all_epochs + "  iter " +
         padded(std::to_string(iteration + 1), all_iterations.size()) + "/" + all_iterations;
}

struct Column {
  const char* name;
  std::size_t width;
};

const std::vector<Column> accuracy_columns = {{"epoch", 7}, {"loss", 6}, {"top1", 5}, {"val loss", 8}, {"val top1", 8},
                                              {"top5", 5},  {"lr", 7},   {"time", 6}, {"clips/s", 7}};
const std::vector<Column> precision_columns = {{"epoch", 7}, {"loss", 7}, {"val loss", 9}, {"val mAP", 9},
                                               {"lr", 8},    {"time", 7}, {"clips/s", 8}};

std::string table_row(const std::vector<std::string>& cells, const std::vector<Column>& columns) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < cells.size(); ++i) texts.push_back(padded(cells[i], columns[i].width));
  return join(texts, " ");
}

const std::vector<Column>& epoch_columns(bool several_labels) {
  return several_labels ? precision_columns : accuracy_columns;
}

}  // namespace

std::string short_duration(double seconds) {
  if (!std::isfinite(seconds)) return "?";
  const std::int64_t all = std::llround(std::max(0.0, seconds));
  if (all < 60) return std::to_string(all) + "s";
  const std::int64_t minutes = all / 60;
  if (minutes < 60) return std::to_string(minutes) + "m";
  return std::to_string(minutes / 60) + "h " + two_digits(minutes % 60) + "m";
}

std::string clock_duration(double seconds) {
  if (!std::isfinite(seconds)) return "?";
  const std::int64_t all = std::llround(std::max(0.0, seconds));
  return two_digits(all / 3600) + ":" + two_digits(all / 60 % 60) + ":" + two_digits(all % 60);
}

std::string render_bar(const Bar& bar, int columns, bool colors) {
  const double fraction =
      bar.all > 0 ? std::clamp(static_cast<double>(bar.done) / static_cast<double>(bar.all), 0.0, 1.0) : 0.0;
  const std::string counts = " " + std::to_string(static_cast<int>(100 * fraction)) + "% " + std::to_string(bar.done) +
                             "/" + std::to_string(bar.all);
  std::vector<std::string> fields = bar.fields;
  const auto tail = [&] {
    std::string text = counts;
    for (const std::string& field : fields) text += separator + field;
    return text;
  };
  const auto room = [&] { return columns - columns_of(bar.head) - 1 - columns_of(tail()); };
  while (!fields.empty() && room() < shortest_bar) {
    fields.erase(fields.size() > 1 ? fields.end() - 2 : fields.begin());
  }
  const int length = std::min(room(), longest_bar);
  if (length < 1) return (bar.head + counts).substr(0, static_cast<std::size_t>(std::max(0, columns)));
  return bar.head + " " + track(fraction, length, colors) + tail();
}

Bar step_bar(const StepReport& report, std::int64_t epochs) {
  return {epoch_head(report.epoch, epochs),
          report.iteration,
          report.iterations,
          {"step " + std::to_string(report.step + 1)}};
}

std::string step_line(const StepReport& report, std::int64_t epochs) {
  return place_in_training(report.epoch, epochs, report.iteration, report.iterations) + "  step " +
         std::to_string(report.step + 1);
}

Bar iteration_bar(const IterationReport& report, const Pace& pace, std::int64_t epochs) {
  Bar bar;
  bar.head = epoch_head(report.epoch, epochs);
  bar.done = report.iteration + 1;
  bar.all = report.iterations;
  bar.fields.push_back("loss " + fixed(pace.mean_loss, 2));
  if (std::isfinite(report.accuracy)) bar.fields.push_back("top1 " + fixed(report.accuracy, 1));
  bar.fields.push_back("lr " + scientific(report.learning_rate, 1));
  bar.fields.push_back(fixed(pace.clips_per_second, pace.clips_per_second < 10 ? 1 : 0) + " clips/s");
  bar.fields.push_back("data " + percent(pace.data_fraction));
  bar.fields.push_back(bytes_text(pace.resident_bytes));
  bar.fields.push_back("eta " + short_duration(pace.seconds_left));
  return bar;
}

std::string iteration_line(const IterationReport& report, const Pace& pace, std::int64_t epochs) {
  std::string line = place_in_training(report.epoch, epochs, report.iteration, report.iterations);
  line += "  loss " + fixed(report.loss, 4) + " (avg " + fixed(pace.mean_loss, 4) + ")";
  if (std::isfinite(report.accuracy)) line += "  top1 " + fixed(report.accuracy, 1) + "%";
  line += "  lr " + scientific(report.learning_rate, 2);
  line += "  clips/s " + fixed(pace.clips_per_second, 1) + "  data " + percent(pace.data_fraction);
  line += "  RAM " + bytes_text(pace.resident_bytes) + " (peak " + bytes_text(pace.peak_bytes) + ")";
  return line + "  eta " + clock_duration(pace.seconds_left);
}

std::string skipped_text(const IterationReport& report) {
  std::vector<std::string> files(report.files.begin(),
                                 report.files.begin() + std::min(std::ssize(report.files), most_files_named));
  const std::ptrdiff_t more = std::ssize(report.files) - std::ssize(files);
  std::string text = report.skipped_why + "; the batch's videos: " + join(files, ", ");
  if (more > 0) text += " and " + std::to_string(more) + " more";
  return text;
}

std::string skipped_line(const IterationReport& report, std::int64_t epochs) {
  return place_in_training(report.epoch, epochs, report.iteration, report.iterations) + "  " +
         (report.skipped == 1 ? "update skipped: " : std::to_string(report.skipped) + " updates skipped, the last: ") +
         skipped_text(report);
}

std::string epoch_header(bool several_labels) {
  std::vector<std::string> names;
  for (const Column& column : epoch_columns(several_labels)) names.emplace_back(column.name);
  return table_row(names, epoch_columns(several_labels));
}

std::string epoch_line(const EpochRow& row, std::int64_t epochs, bool several_labels) {
  const char* const best = row.val && row.val->best ? "*" : " ";
  std::vector<std::string> cells = {std::to_string(row.train.epoch + 1) + "/" + std::to_string(epochs),
                                    fixed(row.train.loss, 4)};
  if (!several_labels) cells.push_back(fixed(row.train.accuracy, 1));
  cells.push_back(fixed(row.val_metric("loss"), 4));
  if (several_labels) {
    cells.push_back(fixed(row.val_metric("mAP"), 4) + best);
  } else {
    cells.push_back(fixed(row.val_metric("top1"), 1) + best);
    cells.push_back(fixed(row.val_metric("top5"), 1));
  }
  cells.push_back(scientific(row.train.learning_rate, 1));
  cells.push_back(short_duration(row.seconds()));
  cells.push_back(fixed(row.clips_per_second(), 1));
  return table_row(cells, epoch_columns(several_labels));
}

std::vector<std::string> closing_lines(const std::vector<Result>& results, double seconds,
                                       const std::filesystem::path& folder, std::int64_t skipped) {
  std::string line = "finished: " + counted(std::ssize(results), "epoch") + " in " + short_duration(seconds);
  if (const Result* best = best_of(results)) {
    const double precision = best->val_metric("mAP");
    line +=
        "; the best is epoch " + std::to_string(best->epoch) + ", val " +
        (std::isfinite(precision) ? "mAP " + fixed(precision, 4) : "top1 " + fixed(best->val_metric("top1"), 1) + "%");
  }
  std::vector<std::string> lines{line};
  if (skipped > 0) {
    lines.push_back(counted(skipped, "update") + (skipped == 1 ? " was" : " were") +
                    " skipped because a loss or a gradient was not finite: train.log names the videos");
  }
  lines.push_back("run folder " + folder.string());
  return lines;
}

}  // namespace pgt::run
