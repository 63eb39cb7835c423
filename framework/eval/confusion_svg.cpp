#include "eval/confusion_svg.hpp"

#include <algorithm>
#include <numeric>

#include "base/number.hpp"
#include "base/svg.hpp"
#include "base/text.hpp"

namespace pgt::eval {
namespace {

constexpr std::size_t most_labelled = 30;
constexpr int longest_label = 24;   // characters; the whole name is in the tooltip
constexpr int character_width = 7;  // pixels, of the 12-pixel font
constexpr int margin = 16;

struct Layout {
  bool labelled;
  int cell;  ///< side in pixels
  int left;
  int top;
};

Layout lay_out(const std::vector<std::string>& classes) {
  int longest = 0;
  for (const std::string& name : classes) longest = std::max(longest, std::min(columns_of(name), longest_label));
  const int label = longest * character_width;
  const bool labelled = classes.size() <= most_labelled;
  const int gutter = 2 * margin + (labelled ? label : margin);  // also holds the axis's title
  return {labelled, labelled ? 32 : std::max(2, 960 / static_cast<int>(classes.size())), gutter, gutter};
}

std::string turned(int x, int y) {
  return "transform=\"rotate(-90 " + std::to_string(x) + " " + std::to_string(y) + ")\"";
}

std::string labels(const Layout& layout, const std::vector<std::string>& classes) {
  std::string svg;
  for (std::size_t k = 0; k < classes.size(); ++k) {
    const int middle = static_cast<int>(k) * layout.cell + layout.cell / 2 + 4;
    const int above = layout.top - 6;
    svg += svg_text(layout.left - 6, layout.top + middle, "text-anchor=\"end\"", shortened(classes[k], longest_label));
    svg += svg_text(layout.left + middle, above, turned(layout.left + middle, above),
                    shortened(classes[k], longest_label));
  }
  return svg;
}

std::string cells_of_row(const Layout& layout, const std::vector<std::string>& classes, std::size_t row,
                         const std::vector<std::int64_t>& counts) {
  const auto videos = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  std::string svg;
  for (std::size_t column = 0; column < counts.size(); ++column) {
    if (counts[column] == 0) continue;  // the background shows
    const double share = static_cast<double>(counts[column]) / static_cast<double>(videos);
    const int x = layout.left + static_cast<int>(column) * layout.cell;
    const int y = layout.top + static_cast<int>(row) * layout.cell;
    svg += svg_rect(x, y, layout.cell, layout.cell, "class=\"cell\" fill-opacity=\"" + fixed(share, 3) + "\"",
                    classes[row] + " → " + classes[column] + ": " + std::to_string(counts[column]) + " of " +
                        std::to_string(videos));
    if (layout.labelled) {
      const std::string style = share > 0.5 ? " class=\"on_cell\"" : "";
      svg += svg_text(x + layout.cell / 2, y + layout.cell / 2 + 4,
                      "text-anchor=\"middle\" pointer-events=\"none\"" + style, std::to_string(counts[column]));
    }
  }
  return svg;
}

}  // namespace

std::string confusion_svg(const std::vector<std::string>& classes,
                          const std::vector<std::vector<std::int64_t>>& counts) {
  const Layout layout = lay_out(classes);
  const int side = layout.cell * static_cast<int>(classes.size());
  const int width = layout.left + side + margin;
  const int height = layout.top + side + margin;
  std::string svg = svg_text(layout.left + side / 2, margin, "text-anchor=\"middle\" class=\"title\"", "predicted");
  svg += svg_text(margin, layout.top + side / 2,
                  turned(margin, layout.top + side / 2) + " text-anchor=\"middle\" class=\"title\"", "true");
  if (layout.labelled) svg += labels(layout, classes);
  for (std::size_t row = 0; row < counts.size(); ++row) svg += cells_of_row(layout, classes, row, counts[row]);
  svg += svg_rect(layout.left, layout.top, side, side, "class=\"frame\"");
  return svg_document(width, height, "", svg);
}

}  // namespace pgt::eval
