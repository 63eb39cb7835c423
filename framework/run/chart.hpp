/// Line charts as SVG.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace pgt::run {

struct Line {
  std::string label;
  int color = 0;                                    ///< which of the page's colours, from 0
  std::vector<std::pair<double, double>> points{};  ///< x ascending; NaN makes no point
  int marked = -1;                                  ///< index of a point with a ring around it
};

struct Chart {
  std::string title;
  std::string x_title;
  std::vector<Line> lines;
  bool from_zero = false;  ///< the y-axis begins at 0 also where the values are far from it
  double y_most = 0;       ///< where over 0, the y-axis ends there at the latest
};

/// Where a chart goes, in pixels.
struct Place {
  double x = 0, y = 0, width = 0, height = 0;
};

/// Round numbers (1, 2 or 5 times a power of ten) from at or below `low` to at or above `high`, about `count` of them.
std::vector<double> round_ticks(double low, double high, int count);

/// The elements of one chart; belongs in `svg_document`.
std::string chart_svg(const Chart& chart, const Place& place);

}  // namespace pgt::run
