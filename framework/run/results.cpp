#include "run/results.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <string_view>
#include <utility>

#include "base/file.hpp"
#include "base/number.hpp"
#include "run/csv.hpp"

namespace pgt::run {
namespace {

constexpr double not_measured = std::numeric_limits<double>::quiet_NaN();
constexpr std::array val_metrics = {"loss", "top1", "top5", "mean_class_accuracy", "mAP"};

std::string header() {
  std::string text = "epoch,iterations,time_s,train/loss,train/top1";
  for (const char* name : val_metrics) text += std::string(",val/") + name;
  return text + ",best,lr,clips_per_s\n";
}

std::string line_of(const Result& result) {
  std::string text = std::to_string(result.epoch) + "," + std::to_string(result.iterations);
  text += "," + round_trip(result.seconds);
  text += "," + round_trip(result.train_loss) + "," + round_trip(result.train_top1);
  for (const char* name : val_metrics) text += "," + round_trip(result.val_metric(name));
  text += result.best ? (*result.best ? ",1" : ",0") : ",";
  return text + "," + round_trip(result.learning_rate) + "," + round_trip(result.clips_per_second) + "\n";
}

Result result_of(const EpochRow& row) {
  Result result;
  result.epoch = row.train.epoch + 1;
  result.iterations = row.train.total;
  result.seconds = row.seconds();
  result.train_loss = row.train.loss;
  result.train_top1 = row.train.accuracy;
  if (row.val) {
    result.val = row.val->metrics;
    result.best = row.val->best;
  }
  result.learning_rate = row.train.learning_rate;
  result.clips_per_second = row.clips_per_second();
  return result;
}

Result result_of(const CsvTable& table, const std::vector<std::string>& row) {
  const auto text = [&](const std::string& name) {
    const std::size_t column = table.column(name);
    return column < row.size() ? row[column] : std::string();
  };
  const auto number = [&](const std::string& name) {
    const std::string digits = text(name);
    return digits.empty() ? not_measured : std::strtod(digits.c_str(), nullptr);
  };
  Result result;
  result.epoch = std::atoll(text("epoch").c_str());
  result.iterations = std::atoll(text("iterations").c_str());
  result.seconds = number("time_s");
  result.train_loss = number("train/loss");
  result.train_top1 = number("train/top1");
  for (const char* name : val_metrics) {
    if (const std::string column = std::string("val/") + name; !text(column).empty()) result.val[name] = number(column);
  }
  if (!text("best").empty()) result.best = text("best") == "1";
  result.learning_rate = number("lr");
  result.clips_per_second = number("clips_per_s");
  return result;
}

/// How many bytes hold the header and that many rows.
std::int64_t bytes_of(std::string_view text, std::size_t rows) {
  std::size_t end = 0;
  for (std::size_t line = 0; rows > 0 && line <= rows; ++line) {
    const std::size_t newline = text.find('\n', end);
    if (newline == std::string_view::npos) break;
    end = newline + 1;
  }
  return static_cast<std::int64_t>(end);
}

}  // namespace

double Result::val_metric(const std::string& name) const {
  const auto found = val.find(name);
  return found != val.end() ? found->second : not_measured;
}

const Result* best_of(const std::vector<Result>& results) {
  const auto best =
      std::find_if(results.rbegin(), results.rend(), [](const Result& result) { return result.best == true; });
  return best != results.rend() ? &*best : nullptr;
}

Results::Results(std::filesystem::path file) : path_(std::move(file)), file_(path_) {
  const std::string text = read_file(path_);
  const CsvTable table = parse_csv(text);
  for (const auto& row : table.rows) results_.push_back(result_of(table, row));
  file_.cut(static_cast<std::int64_t>(table.whole_bytes));  // a row that was being written when the process died
}

void Results::add(const EpochRow& row) {
  results_.push_back(result_of(row));
  file_.append((file_.bytes() == 0 ? header() : "") + line_of(results_.back()));
}

void Results::cut(std::int64_t epochs) {
  if (epochs >= static_cast<std::int64_t>(results_.size())) return;
  results_.resize(static_cast<std::size_t>(std::max<std::int64_t>(epochs, 0)));
  file_.cut(bytes_of(read_file(path_), results_.size()));
}

}  // namespace pgt::run
