#include "eval/timeline_svg.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/number.hpp"
#include "base/svg.hpp"
#include "eval/action_segmentation.hpp"
#include "eval/class_hue.hpp"

namespace pgt::eval {
namespace {

/// Pixels.
constexpr struct { double left = 150, width = 900, top = 48, band = 22, between_bands = 4, between_pairs = 12; } sheet;
constexpr std::size_t most_lanes = 20, most_in_legend = 24;

std::string colour(std::int64_t label) {
  return "fill=\"hsl(" + fixed(hue_of_class(label), 0) + "," + fixed(100 * class_saturation, 0) + "%," +
         fixed(100 * class_lightness, 0) + "%)\"";
}

class Bands {
 public:
  Bands(const MomentEvaluation& evaluation, const MomentTrack& track)
      : evaluation_(evaluation), begin_(track.begin(0)), seconds_(track.begin(track.size()) - track.begin(0)) {}

  void name(double y, const std::string& text) {
    content_ += svg_text(sheet.left - 8, y + sheet.band - 7, "text-anchor=\"end\"", text);
    content_ += svg_rect(sheet.left, y, sheet.width, sheet.band, "class=\"frame\"");
  }
  void add(double y, double start, double end, std::int64_t label, const std::string& more = {}) {
    content_ += svg_rect(x(start), y, x(end) - x(start), sheet.band, colour(label),
                         evaluation_.classes[static_cast<std::size_t>(label)] + " " + fixed(start, 2) + "–" +
                             fixed(end, 2) + " s" + more);
    shown_.insert(label);
  }
  void add(double y, const ScoredSegment& segment) {
    add(y, segment.start, segment.end, segment.label, ", " + fixed(segment.score, 3));
  }

  /// Seconds below, then the colours. Returns where all ends.
  double finish(double y) {
    for (int i = 0; i <= 10; ++i) {
      const double second = begin_ + seconds_ * i / 10;
      content_ += svg_line(x(second), y, x(second), y + 5, "class=\"axis\"");
      content_ +=
          svg_text(x(second), y + 18, "text-anchor=\"middle\" class=\"quiet\"", fixed(second, seconds_ < 20 ? 1 : 0));
    }
    y += 36;
    double at = sheet.left;
    std::size_t named = 0;
    for (const std::int64_t label : shown_) {
      if (named++ == most_in_legend) break;
      const std::string& text = evaluation_.classes[static_cast<std::size_t>(label)];
      const double wide = 26 + 7 * static_cast<double>(text.size());
      if (at + wide > sheet.left + sheet.width) {
        at = sheet.left;
        y += 20;
      }
      content_ += svg_rect(at, y - 10, 12, 12, colour(label)) + svg_text(at + 17, y, "", text);
      at += wide + 10;
    }
    return y + 20;
  }
  const std::string& content() const { return content_; }

 private:
  double x(double second) const {
    return sheet.left + sheet.width * std::clamp((second - begin_) / seconds_, 0.0, 1.0);
  }

  const MomentEvaluation& evaluation_;
  double begin_, seconds_;
  std::string content_;
  std::set<std::int64_t> shown_;
};

constexpr std::int64_t nobody = -1;

/// The true class of each moment, or nobody's.
std::vector<std::int64_t> true_classes(const MomentTrack& track) {
  std::vector<std::int64_t> classes;
  for (const MomentTrack::Truth& truth : track.truth) {
    classes.push_back(truth.labelled && !truth.classes.empty() ? truth.classes.front() : nobody);
  }
  return classes;
}

/// For each moment whether a class is present: the class, or nobody's.
std::vector<std::int64_t> presence(const MomentTrack& track, std::int64_t label) {
  std::vector<std::int64_t> classes;
  for (const MomentTrack::Truth& truth : track.truth) {
    const bool there = truth.labelled && std::ranges::binary_search(truth.classes, label);
    classes.push_back(there ? label : nobody);
  }
  return classes;
}

void add_truth(Bands& bands, double y, const MomentTrack& track, const std::vector<std::int64_t>& classes) {
  for (const auto& [label, begin, end] : runs_of(classes, nobody)) {
    bands.add(y, track.begin(static_cast<std::size_t>(begin)), track.begin(static_cast<std::size_t>(end)), label);
  }
}

}  // namespace

std::string timeline_svg(const std::string& title, const MomentEvaluation& evaluation, const MomentTrack& track) {
  Bands bands(evaluation, track);
  const std::vector<ScoredSegment> found = evaluation.segments(track);
  double y = sheet.top;
  const auto pair = [&](const std::string& name, const std::vector<std::int64_t>& truth, const auto& is_shown) {
    bands.name(y, name.empty() ? "true" : name);
    add_truth(bands, y, track, truth);
    bands.name(y + sheet.band + sheet.between_bands, name.empty() ? "predicted" : "");
    for (const ScoredSegment& segment : found) {
      if (is_shown(segment)) bands.add(y + sheet.band + sheet.between_bands, segment);
    }
    y += 2 * sheet.band + sheet.between_bands + sheet.between_pairs;
  };
  if (evaluation.one_class) {
    pair("", true_classes(track), [](const ScoredSegment&) { return true; });
  } else {
    std::set<std::int64_t> lanes;
    for (const MomentTrack::Truth& truth : track.truth) lanes.insert(truth.classes.begin(), truth.classes.end());
    for (const ScoredSegment& segment : found) lanes.insert(segment.label);
    std::size_t drawn = 0;
    for (const std::int64_t label : lanes) {
      if (drawn++ == most_lanes) break;
      pair(evaluation.classes[static_cast<std::size_t>(label)], presence(track, label),
           [&](const ScoredSegment& segment) { return segment.label == label; });
    }
  }
  const double end = bands.finish(y);
  return svg_document(sheet.left + sheet.width + 24, end, title, bands.content());
}

}  // namespace pgt::eval
