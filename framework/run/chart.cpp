#include "run/chart.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/number.hpp"
#include "base/svg.hpp"

namespace pgt::run {
namespace {

constexpr double label_room = 46;  // left of the y-axis
constexpr double title_room = 52;  // above: title, then legend
constexpr double ticks_room = 38;  // below: numbers, then the axis's title
constexpr double right_room = 12;
constexpr double character_width = 6.4;  // of the 12-pixel font, on average
constexpr std::size_t most_dots = 40;    // more points than this are a line alone

std::string pixel(double value) { return fixed(value, 1); }

std::string color_class(const Line& line) { return "c" + std::to_string(line.color % svg_colors); }

/// A tick's number without the digits that rounding left behind.
std::string tick_text(double value) {
  std::array<char, 32> digits{};
  const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), std::abs(value) < 1e-12 ? 0.0 : value,
                                    std::chars_format::general, 6);
  return {digits.data(), result.ptr};
}

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void include(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

bool is_point(const std::pair<double, double>& point) {
  return std::isfinite(point.first) && std::isfinite(point.second);
}

/// From values to pixels.
struct Axes {
  std::vector<double> x_ticks, y_ticks;
  Place area;

  double x(double value) const {
    return area.x + area.width * (value - x_ticks.front()) / (x_ticks.back() - x_ticks.front());
  }
  double y(double value) const {
    return area.y + area.height * (1 - (value - y_ticks.front()) / (y_ticks.back() - y_ticks.front()));
  }
};

Axes make_axes(const Chart& chart, const Place& place) {
  Range x, y;
  x.include(0);  // epochs: the first one ends at 1
  for (const Line& line : chart.lines) {
    for (const auto& point : line.points) {
      if (!is_point(point)) continue;
      x.include(point.first);
      y.include(point.second);
    }
  }
  x.include(1);
  if (y.low > y.high) y = {0, 1};
  if (chart.from_zero) y.include(0);
  if (y.high - y.low <= 1e-9 * std::abs(y.high)) y.include(y.low == 0 ? 1 : y.low + std::abs(y.low));
  Axes axes{round_ticks(x.low, x.high, 6), round_ticks(y.low, y.high, 5), place};
  axes.x_ticks.erase(
      std::remove_if(axes.x_ticks.begin(), axes.x_ticks.end(), [](double tick) { return tick != std::floor(tick); }),
      axes.x_ticks.end());
  if (chart.y_most > 0) {
    while (axes.y_ticks.size() > 2 && axes.y_ticks.back() > chart.y_most) axes.y_ticks.pop_back();
  }
  axes.area = {place.x + label_room, place.y + title_room, place.width - label_room - right_room,
               place.height - title_room - ticks_room};
  return axes;
}

std::string frame(const Axes& axes, const Chart& chart) {
  const Place& area = axes.area;
  std::string svg;
  for (const double tick : axes.y_ticks) {
    const double y = axes.y(tick);
    svg += svg_line(area.x, y, area.x + area.width, y, "class=\"grid\"");
    svg += svg_text(area.x - 8, y + 4, "class=\"quiet\" text-anchor=\"end\"", tick_text(tick));
  }
  const double bottom = area.y + area.height;
  svg += svg_line(area.x, bottom, area.x + area.width, bottom, "class=\"axis\"");
  for (const double tick : axes.x_ticks) {
    const double x = axes.x(tick);
    svg += svg_line(x, bottom, x, bottom + 4, "class=\"axis\"");
    svg += svg_text(x, bottom + 18, "class=\"quiet\" text-anchor=\"middle\"", tick_text(tick));
  }
  return svg + svg_text(area.x + area.width / 2, bottom + 33, "class=\"quiet\" text-anchor=\"middle\"", chart.x_title);
}

std::string legend(const Chart& chart, double x, double y) {
  std::string svg;
  for (const Line& line : chart.lines) {
    svg += svg_line(x, y - 4, x + 18, y - 4, "class=\"line " + color_class(line) + "\"");
    svg += svg_text(x + 24, y, "", line.label);
    x += 24 + character_width * static_cast<double>(line.label.size()) + 20;
  }
  return svg;
}

std::string curve(const Line& line, const Axes& axes) {
  const std::string color = color_class(line);
  std::string path, dots, ring;
  std::size_t count = 0;
  for (std::size_t i = 0; i < line.points.size(); ++i) {
    if (!is_point(line.points[i])) continue;
    ++count;
    const double x = axes.x(line.points[i].first), y = axes.y(line.points[i].second);
    path += (path.empty() ? "M" : " L") + pixel(x) + " " + pixel(y);
    const std::string at = svg_attribute("cx", x) + svg_attribute("cy", y);
    dots += "<circle class=\"dot " + color + "\"" + at + " r=\"2.5\"/>\n";
    if (static_cast<int>(i) == line.marked) ring = "<circle class=\"ring " + color + "\"" + at + " r=\"6\"/>\n";
  }
  if (count == 0) return "";
  return "<path class=\"line " + color + "\" d=\"" + path + "\"/>\n" + (count <= most_dots ? dots : "") + ring;
}

}  // namespace

std::vector<double> round_ticks(double low, double high, int count) {
  const double rough = (high - low) / count;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (rough <= factor * power) {
      step = factor * power;
      break;
    }
  }
  const double tolerance = 1e-9;  // a bound that is a tick but for rounding needs no further one
  const double first = std::floor(low / step + tolerance), last = std::ceil(high / step - tolerance);
  std::vector<double> ticks;
  for (double i = first; i <= last; ++i) ticks.push_back(i * step);
  return ticks;
}

std::string chart_svg(const Chart& chart, const Place& place) {
  const Axes axes = make_axes(chart, place);
  std::string svg = svg_text(axes.area.x, place.y + 18, "class=\"title\"", chart.title);
  svg += legend(chart, axes.area.x, place.y + 38);
  svg += frame(axes, chart);
  for (const Line& line : chart.lines) svg += curve(line, axes);
  return svg;
}

}  // namespace pgt::run
