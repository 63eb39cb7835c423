#include "run/curves.hpp"

#include <cmath>
#include <cstdlib>
#include <limits>

#include "base/file.hpp"
#include "run/chart.hpp"
#include "run/csv.hpp"

namespace pgt::run {
namespace {

constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

double number(const std::string& text) { return text.empty() ? no_number : std::strtod(text.c_str(), nullptr); }

Line line_of(const CsvTable& table, const std::string& column, std::string label, int color) {
  Line line{std::move(label), color};
  const std::size_t x = table.column("epoch"), y = table.column(column);
  if (x == table.header.size() || y == table.header.size()) return line;
  for (const auto& row : table.rows) line.points.emplace_back(number(row[x]), number(row[y]));
  return line;
}

bool has_points(const Line& line) {
  for (const auto& point : line.points) {
    if (std::isfinite(point.second)) return true;
  }
  return false;
}

/// The index of the last row that was a new best; -1 where there is none.
int best_row(const CsvTable& table) {
  const std::size_t column = table.column("best");
  int best = -1;
  for (std::size_t i = 0; column < table.header.size() && i < table.rows.size(); ++i) {
    if (table.rows[i][column] == "1") best = static_cast<int>(i);
  }
  return best;
}

Chart make_chart(std::string title, bool from_zero, double y_most, std::vector<Line> lines) {
  Chart chart{std::move(title), "epoch", {}, from_zero, y_most};
  for (Line& line : lines) {
    if (has_points(line)) chart.lines.push_back(std::move(line));
  }
  return chart;
}

}  // namespace

void write_curves_svg(const std::filesystem::path& svg, const std::filesystem::path& results_csv) {
  const CsvTable table = parse_csv(read_file(results_csv));
  const int best = best_row(table);
  Line top1 = line_of(table, "val/top1", "validation", 1), map = line_of(table, "val/mAP", "validation", 1);
  top1.marked = map.marked = best;
  const Chart loss = make_chart(
      "Loss", false, 0, {line_of(table, "train/loss", "training", 0), line_of(table, "val/loss", "validation", 1)});
  // Videos of several labels have an mAP, others an accuracy.
  Chart score = make_chart("Mean average precision", true, 1, {map});
  if (score.lines.empty()) {
    score = make_chart("Accuracy, percent", true, 100, {line_of(table, "train/top1", "training", 0), top1});
  }
  const Chart rate = make_chart("Learning rate", true, 0, {line_of(table, "lr", "at the end of the epoch", 2)});
  constexpr double width = 1080, height = 330, third = (width - 24) / 3;
  const auto place = [&](int column) { return Place{8 + column * third, 8, third, height - 16}; };
  write_file_atomically(
      svg, svg_document(width, height, "",
                        chart_svg(loss, place(0)) + chart_svg(score, place(1)) + chart_svg(rate, place(2))));
}

}  // namespace pgt::run
