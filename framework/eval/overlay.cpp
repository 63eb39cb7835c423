#include "eval/overlay.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/number.hpp"
#include "base/text.hpp"
#include "eval/class_hue.hpp"

namespace pgt::eval {
namespace {

using video::Canvas;
using video::Colour;

constexpr int narrowest = 480;                    // pixels of the whole: letters of smaller ones could not be read
constexpr int name_letters = 15;                  // of a class beside its bar
constexpr int panel_margin = 4, row_height = 10;  // at scale 1
constexpr Colour ground{24, 26, 30}, hollow{56, 60, 68}, ink{235, 238, 242};

int even(double length) { return 2 * static_cast<int>(std::ceil(length / 2 - 1e-9)); }

Colour colour_of(std::int64_t label) {
  constexpr double reach = class_saturation * std::min(class_lightness, 1 - class_lightness);
  const double hue = hue_of_class(label);
  const auto channel = [&](double offset) {
    const double k = std::fmod(offset + hue / 30, 12);
    return static_cast<std::uint8_t>(255 * (class_lightness - reach * std::max(-1.0, std::min({k - 3, 9 - k, 1.0}))));
  };
  return {channel(0), channel(8), channel(4)};
}

}  // namespace

Overlay::Overlay(const MomentEvaluation& evaluation, const MomentTrack& track, int width, int height, double aspect)
    : names_(evaluation.classes), track_(track), segments_(evaluation.segments(track)), shown_(shown_classes()) {
  width_ = even(std::max<double>(narrowest, width * aspect));
  picture_ = std::max(1, static_cast<int>(std::lround(height * width_ / (width * aspect))));
  scale_ = static_cast<int>(std::lround(width_ / 300.0));
  const int panel = (2 * panel_margin + 2 * row_height + static_cast<int>(shown_.size()) * row_height) * scale_;
  height_ = even(picture_ + panel);
  bars_ = (panel_margin + name_letters * Canvas::letter_width) * scale_;
  bar_width_ = width_ / 5;
  timeline_ = bars_ + bar_width_ + panel_margin * scale_;
  timeline_width_ = width_ - timeline_ - panel_margin * scale_;
}

std::vector<std::int64_t> Overlay::shown_classes() const {
  std::vector<double> held(names_.size()), probability(names_.size());
  for (const ScoredSegment& segment : segments_)
    held[static_cast<std::size_t>(segment.label)] += segment.end - segment.start;
  for (std::size_t i = 0; i < track_.probabilities.size(); ++i) {
    probability[i % track_.classes] += static_cast<double>(track_.probabilities[i]);
  }
  std::vector<std::int64_t> classes(names_.size());
  std::iota(classes.begin(), classes.end(), 0);
  std::ranges::stable_sort(classes, std::greater{}, [&](std::int64_t label) {
    return std::pair(held[static_cast<std::size_t>(label)], probability[static_cast<std::size_t>(label)]);
  });
  classes.resize(std::min(classes.size(), most_classes));
  return classes;
}

std::string Overlay::names_at(double second) const {
  std::vector<std::string> names;
  for (const ScoredSegment& segment : segments_) {
    if (segment.start > second || segment.end <= second) continue;
    const std::string& name = names_[static_cast<std::size_t>(segment.label)];
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return join(names, ", ");
}

int Overlay::place(double second) const {
  const double begin = track_.begin(0), length = track_.begin(track_.size()) - begin;
  return timeline_ + static_cast<int>(timeline_width_ * std::clamp((second - begin) / length, 0.0, 1.0));
}

void Overlay::draw(double second, Canvas& canvas) const {
  canvas.fill(0, picture_, width_, height_ - picture_, ground);
  const int left = panel_margin * scale_;
  int y = picture_ + left;
  const std::string title = fixed(second, 1) + " s  " + names_at(second);
  const auto letters = [&](int scale) {
    return static_cast<std::size_t>((width_ - 2 * left) / (scale * Canvas::letter_width));
  };
  int large = 2 * scale_;
  while (large > scale_ && title.size() > letters(large)) --large;
  canvas.text(left, y, large, ink, title, letters(large));
  y += 2 * row_height * scale_;
  const double moment = (second - track_.start) * track_.rate;
  const auto last = static_cast<double>(track_.size() - 1);
  const std::span<const float> values = track_.at(static_cast<std::size_t>(std::clamp(std::floor(moment), 0.0, last)));
  const int high = (row_height - 2) * scale_;
  for (const std::int64_t label : shown_) {
    const Colour colour = colour_of(label);
    canvas.text(left, y, scale_, ink, names_[static_cast<std::size_t>(label)], name_letters - 1);
    canvas.fill(bars_, y, bar_width_, high, hollow);
    const double value = std::clamp<double>(values[static_cast<std::size_t>(label)], 0, 1);
    canvas.fill(bars_, y, static_cast<int>(std::lround(bar_width_ * value)), high, colour);
    canvas.fill(timeline_, y, timeline_width_, high, hollow);
    for (const ScoredSegment& segment : segments_) {
      if (segment.label != label) continue;
      const int from = place(segment.start);
      canvas.fill(from, y, std::max(1, place(segment.end) - from), high, colour);
    }
    y += row_height * scale_;
  }
  const int rows = static_cast<int>(shown_.size()) * row_height * scale_;
  canvas.fill(place(second), y - rows - scale_, scale_, rows, ink);
}

}  // namespace pgt::eval
