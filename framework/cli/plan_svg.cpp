#include <algorithm>
#include <cmath>
#include <limits>

#include "base/number.hpp"
#include "base/svg.hpp"
#include "cli/plan_view.hpp"

namespace pgt::cli {
namespace {

constexpr double left = 90, top = 78, row_height = 34, bar = 14, widest = 640, beside = 210;
constexpr std::int64_t most_rows = 14;

/// A step on the picture: its number, and where the earliest of the steps lies that its gradient reaches.
struct Row {
  std::int64_t index;
  sdk::Step step;
};

class Picture {
 public:
  explicit Picture(const PlanView& view) : view_(view), plan_(view.training.plan()) {
    const std::int64_t listed = std::ssize(plan_.steps);
    const std::int64_t repeats = plan_.repeat_from ? listed - static_cast<std::int64_t>(*plan_.repeat_from) : 0;
    const std::int64_t shown = std::min(listed + 2 * repeats, most_rows);
    for (std::int64_t i = 0; i < shown; ++i) {
      rows_.push_back({i, *view.training.step(i, std::numeric_limits<std::int64_t>::max())});
    }
    for (const Row& row : rows_) {
      for (std::size_t p = 0; p < row.step.frames.size(); ++p)
        frames_ = std::max(frames_, time(row.step.frames[p].end, p));
    }
    scale_ = std::min(14.0, widest / frames_);
    more_ = plan_.repeat_from || listed > shown;
  }

  std::string svg() {
    std::string content = axis();
    for (std::size_t i = 0; i < rows_.size(); ++i) content += row(i);
    if (more_) content += svg_text(left, y(rows_.size()) + 12, "class=\"quiet\"", more_text());
    content += legend(y(rows_.size()) + (more_ ? 26 : 8));
    const std::string heading = view_.schedule + ": epoch " + std::to_string(view_.epoch + 1) + ", iteration " +
                                std::to_string(view_.iteration + 1);
    return svg_document(left + std::max(scale_ * frames_, 420.0) + beside, y(rows_.size()) + 128, heading, content);
  }

 private:
  /// Frames of a pathway in frames of the slowest.
  double time(std::int64_t frame, std::size_t pathway) const {
    return static_cast<double>(frame) / static_cast<double>(view_.pathways[pathway].ratio);
  }
  double x(double frame) const { return left + scale_ * frame; }
  static double y(std::size_t row) { return top + row_height * static_cast<double>(row); }

  std::string axis() const {
    std::string text = svg_text(24, top - 16, "class=\"quiet\"", "frame");
    const double step = std::max(1.0, std::ceil(60 / scale_ / 5) * 5);
    for (double frame = 0; frame <= frames_; frame += frames_ <= 20 ? 4 : step) {
      text += svg_line(x(frame), top - 10, x(frame), y(rows_.size()) - 8, "class=\"grid\"");
      text += svg_text(x(frame) + 2, top - 16, "class=\"quiet\"", fixed(frame, 0));
    }
    return text;
  }

  bool learns(const sdk::Step& step) const { return plan_.passes == sdk::Passes::two || step.loss_weight > 0; }

  std::string row(std::size_t i) const {
    const auto& [index, step] = rows_[i];
    std::string text = svg_text(24, y(i) + 12, "class=\"title\"", "step " + std::to_string(index));
    const double height = bar / static_cast<double>(step.frames.size());
    for (std::size_t p = 0; p < step.frames.size(); ++p) {
      const double begin = time(step.frames[p].begin, p), end = time(step.frames[p].end, p);
      const double carried = time(step.overlap[p], p);
      const double at = y(i) + height * static_cast<double>(p);
      if (carried > 0) {
        text += svg_rect(x(begin - carried), at, scale_ * carried, height - 1,
                         "class=\"ring c4\" stroke-dasharray=\"3 2\"", "carried");
      }
      text += svg_rect(x(begin), at, scale_ * (end - begin), height - 1,
                       learns(step) ? "class=\"dot c0\" fill-opacity=\"0.75\"" : "class=\"ring c0\"",
                       learns(step) ? "new frames" : "new frames, without a loss");
    }
    const double begin = time(step.frames[0].begin, 0);
    if (i > 0) text += border(i, begin);
    return text + svg_text(x(time(step.frames[0].end, 0)) + 8, y(i) + 12, "class=\"quiet\"", then(step, i));
  }

  /// What crosses a step's left border: the carry comes down over it, the gradient goes back or is cut.
  std::string border(std::size_t i, double begin) const {
    const sdk::Step& step = rows_[i].step;
    std::string text = svg_line(x(begin), y(i - 1) + bar, x(begin), y(i), "class=\"line c4\"");
    const std::int64_t back = reach(i);
    if (back == 0) {
      const double middle = y(i) - (row_height - bar) / 2;
      return text + svg_line(x(begin) - 6, middle, x(begin) + 6, middle, "class=\"line c1\"");
    }
    const std::size_t to = i - std::min(i, static_cast<std::size_t>(back));
    const double from = time(rows_[to].step.frames[0].begin, 0);
    const double under = y(i) + bar + 3, end = time(step.frames[0].end, 0);
    return text + svg_line(x(from), under, x(end), under, "class=\"line c2\"") +
           svg_line(x(from), under, x(from) + 5, under - 3, "class=\"line c2\"") +
           svg_line(x(from), under, x(from) + 5, under + 3, "class=\"line c2\"");
  }

  /// How many steps back the gradient at a step's left border flows.
  std::int64_t reach(std::size_t i) const {
    if (plan_.passes == sdk::Passes::two) return 0;
    if (rows_[i].step.gradient_reach > 0) return rows_[i].step.gradient_reach;
    std::int64_t back = 0;
    while (i > 0 && !rows_[i--].step.detach) ++back;
    return back;
  }

  std::string then(const sdk::Step& step, std::size_t i) const {
    if (plan_.passes == sdk::Passes::two) return "features, then again";
    std::string text = step.loss_weight == 0 ? "no loss" : step.backward ? "backward" : "loss waits";
    if (step.loss_weight != 0 && step.loss_weight != 1) text += " × " + fixed(step.loss_weight, 2);
    const bool last = !more_ && i + 1 == rows_.size();
    if (last && !view_.updates) return text + ", gathered: " + gathered();
    return step.optimizer_step || last ? text + ", update" : text;
  }

  std::string gathered() const {
    return std::to_string(view_.gathered) + " of " + std::to_string(view_.accumulate) + " batches";
  }

  std::string more_text() const {
    const std::string then = view_.updates ? "then the weights are updated" : "gathered: " + gathered();
    return plan_.repeat_from ? "… until the video ends; " + then
                             : "… and so on: " + std::to_string(plan_.steps.size()) + " steps";
  }

  static std::string legend(double y) {
    const auto entry = [&](int i, const std::string& sign, const char* text) {
      return sign + svg_text(left + 30 + 230 * (i % 2), y + 16 + 20 * (i / 2), "", text);
    };
    const auto line = [&](int i, const char* style) {
      const double at = y + 12 + 20 * (i / 2), from = left + 230 * (i % 2);
      return svg_line(from, at, from + 22, at, style);
    };
    const auto rect = [&](int i, const char* style) {
      return svg_rect(left + 230 * (i % 2), y + 6 + 20 * (i / 2), 22, 11, style);
    };
    return entry(0, rect(0, "class=\"dot c0\" fill-opacity=\"0.75\""), "new frames, with a loss") +
           entry(1, rect(1, "class=\"ring c0\""), "new frames, without a loss") +
           entry(2, rect(2, "class=\"ring c4\" stroke-dasharray=\"3 2\""), "taken from the carry") +
           entry(3, line(3, "class=\"line c4\""), "the carry") +
           entry(4, line(4, "class=\"line c2\""), "gradient, as far back as it flows") +
           entry(5, line(5, "class=\"line c1\""), "the gradient is cut");
  }

  const PlanView& view_;
  const sdk::Plan& plan_;
  std::vector<Row> rows_;
  double frames_ = 1, scale_ = 1;
  bool more_ = false;
};

}  // namespace

std::string plan_svg(const PlanView& view) { return Picture(view).svg(); }

}  // namespace pgt::cli
