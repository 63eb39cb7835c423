#include "run/curves.hpp"

#include <cmath>
#include <utility>

#include "base/file.hpp"
#include "base/svg.hpp"
#include "run/chart.hpp"

namespace pgt::run {
namespace {

template <class Value>
Line line_of(const std::vector<Result>& results, std::string label, int color, Value value) {
  Line line{std::move(label), color};
  for (const Result& result : results) line.points.emplace_back(static_cast<double>(result.epoch), value(result));
  return line;
}

Line training(const std::vector<Result>& results, double Result::*value) {
  return line_of(results, "training", 0, [&](const Result& result) { return result.*value; });
}

Line validation(const std::vector<Result>& results, const char* metric) {
  return line_of(results, "validation", 1, [&](const Result& result) { return result.val_metric(metric); });
}

Line best_marked(Line line, const std::vector<Result>& results) {
  if (const Result* best = best_of(results)) line.marked = static_cast<int>(best - results.data());
  return line;
}

bool has_points(const Line& line) {
  for (const auto& point : line.points) {
    if (std::isfinite(point.second)) return true;
  }
  return false;
}

Chart make_chart(std::string title, bool from_zero, double y_most, std::vector<Line> lines) {
  Chart chart{std::move(title), "epoch", {}, from_zero, y_most};
  for (Line& line : lines) {
    if (has_points(line)) chart.lines.push_back(std::move(line));
  }
  return chart;
}

}  // namespace

void write_curves_svg(const std::filesystem::path& svg, const std::vector<Result>& results) {
  const Chart loss =
      make_chart("Loss", false, 0, {training(results, &Result::train_loss), validation(results, "loss")});
  // Videos of several labels have an mAP, others an accuracy.
  Chart score = make_chart("Mean average precision", true, 1, {best_marked(validation(results, "mAP"), results)});
  if (score.lines.empty()) {
    score = make_chart("Accuracy, percent", true, 100,
                       {training(results, &Result::train_top1), best_marked(validation(results, "top1"), results)});
  }
  const auto rate_of = [](const Result& result) { return result.learning_rate; };
  const Chart rate = make_chart("Learning rate", true, 0, {line_of(results, "at the end of the epoch", 2, rate_of)});
  constexpr double width = 1080, height = 330, third = (width - 24) / 3;
  const auto place = [&](int column) { return Place{8 + column * third, 8, third, height - 16}; };
  write_file_atomically(
      svg, svg_document(width, height, "",
                        chart_svg(loss, place(0)) + chart_svg(score, place(1)) + chart_svg(rate, place(2))));
}

}  // namespace pgt::run
