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

// The colours tell apart also for those who do not see red and green. First on light, then on dark ground.
constexpr std::array<std::array<const char*, 2>, 6> palette = {{{"#1f6fb4", "#62aeee"},
                                                                {"#d95f02", "#ff9d4d"},
                                                                {"#1b8a6b", "#4fcfa8"},
                                                                {"#8256b3", "#bb98ea"},
                                                                {"#b8860b", "#e3bd4f"},
                                                                {"#c2387b", "#f585b8"}}};

std::string pixel(double value) { return fixed(value, 1); }

std::string attribute(const char* name, double value) { return std::string(" ") + name + "=\"" + pixel(value) + "\""; }

std::string rule(const char* style, double x1, double y1, double x2, double y2) {
  return std::string("<line class=\"") + style + "\"" + attribute("x1", x1) + attribute("y1", y1) +
         attribute("x2", x2) + attribute("y2", y2) + "/>\n";
}

std::string color_class(const Line& line) {
  return "c" + std::to_string(static_cast<std::size_t>(line.color) % palette.size());
}

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
  if (y.low == y.high) y.include(y.low == 0 ? 1 : y.low + std::abs(y.low));
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
    svg += rule("grid", area.x, y, area.x + area.width, y);
    svg += svg_text(area.x - 8, y + 4, "class=\"quiet\" text-anchor=\"end\"", tick_text(tick));
  }
  const double bottom = area.y + area.height;
  svg += rule("axis", area.x, bottom, area.x + area.width, bottom);
  for (const double tick : axes.x_ticks) {
    const double x = axes.x(tick);
    svg += rule("axis", x, bottom, x, bottom + 4);
    svg += svg_text(x, bottom + 18, "class=\"quiet\" text-anchor=\"middle\"", tick_text(tick));
  }
  return svg + svg_text(area.x + area.width / 2, bottom + 33, "class=\"quiet\" text-anchor=\"middle\"", chart.x_title);
}

std::string legend(const Chart& chart, double x, double y) {
  std::string svg;
  for (const Line& line : chart.lines) {
    const std::string color = color_class(line);
    svg += "<line class=\"line " + color + "\"" + attribute("x1", x) + attribute("y1", y - 4) +
           attribute("x2", x + 18) + attribute("y2", y - 4) + "/>\n";
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
    const std::string at = attribute("cx", x) + attribute("cy", y);
    dots += "<circle class=\"dot " + color + "\"" + at + " r=\"2.5\"/>\n";
    if (static_cast<int>(i) == line.marked) ring = "<circle class=\"ring " + color + "\"" + at + " r=\"6\"/>\n";
  }
  if (count == 0) return "";
  return "<path class=\"line " + color + "\" d=\"" + path + "\"/>\n" + (count <= most_dots ? dots : "") + ring;
}

/// The dark colours are for viewers that say they are dark; a viewer that knows no such question shows the light ones.
std::string style_sheet() {
  std::string light, dark;
  for (std::size_t i = 0; i < palette.size(); ++i) {
    const std::string name = ".c" + std::to_string(i);
    const auto rules = [&](const char* color) {
      return name + "{stroke:" + color + "}.dot" + name + "{fill:" + color + "}";
    };
    light += rules(palette[i][0]);
    dark += rules(palette[i][1]);
  }
  return "<style>\n"
         "text{font:12px system-ui,'DejaVu Sans',sans-serif;fill:#24292f}.title{font-size:14px;font-weight:600}"
         ".heading{font-size:16px;font-weight:600}.quiet{fill:#6a737d}.ground{fill:#fff}"
         ".grid{stroke:#e4e8ec}.axis{stroke:#9aa4ae}.line{fill:none;stroke-width:2;stroke-linejoin:round}"
         ".dot{stroke-width:0}.ring{fill:none;stroke-width:1.5}\n" +
         light +
         "\n@media (prefers-color-scheme:dark){text{fill:#e6edf3}.quiet{fill:#9198a1}.ground{fill:#0d1117}"
         ".grid{stroke:#2a313a}.axis{stroke:#5a646f}" +
         dark + "}\n</style>\n";
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

std::string svg_document(double width, double height, const std::string& title, const std::string& content) {
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + fixed(width, 0) + " " +
                    fixed(height, 0) + "\"" + " width=\"" + fixed(width, 0) + "\" height=\"" + fixed(height, 0) +
                    "\">\n" + style_sheet() + "<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n";
  if (!title.empty()) svg += svg_text(24, 28, "class=\"heading\"", title);
  return svg + content + "</svg>\n";
}

}  // namespace pgt::run
