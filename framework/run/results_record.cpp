#include "run/results_record.hpp"

#include <array>
#include <string>

#include "base/number.hpp"

namespace pgt::run {
namespace {

constexpr std::array val_metrics = {"loss", "top1", "top5", "mean_class_accuracy", "mAP"};

std::string header() {
  std::string text = "epoch,iterations,time_s,train/loss,train/top1";
  for (const char* name : val_metrics) text += std::string(",val/") + name;
  return text + ",best,lr,clips_per_s\n";
}

}  // namespace

void append_result(RecordFile& file, const EpochRow& row) {
  std::string text = file.bytes() == 0 ? header() : "";
  text += std::to_string(row.train.epoch + 1) + "," + std::to_string(row.train.total);
  text += "," + round_trip(row.train.seconds + (row.val ? row.val->seconds : 0));
  text += "," + round_trip(row.train.loss) + "," + round_trip(row.train.accuracy);
  for (const char* name : val_metrics) text += "," + round_trip(row.val_metric(name));
  text += row.val ? (row.val->best ? ",1" : ",0") : ",";
  text += "," + round_trip(row.train.learning_rate) + "," + round_trip(row.clips_per_second()) + "\n";
  file.append(text);
}

std::int64_t bytes_of_results(std::string_view text, std::int64_t epochs) {
  std::size_t end = 0;
  for (std::int64_t line = 0; epochs > 0 && line <= epochs; ++line) {  // the header comes first
    const std::size_t newline = text.find('\n', end);
    if (newline == std::string_view::npos) break;
    end = newline + 1;
  }
  return static_cast<std::int64_t>(end);
}

}  // namespace pgt::run
