/// What a network sees, drawn under the pictures of a video: the class of the moment, a bar for the probability of each
/// of a few classes, and when each of them holds in the whole video.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "eval/moment_metrics.hpp"
#include "video/canvas.hpp"

namespace pgt::eval {

class Overlay {
 public:
  /// For pictures of that size, whose pixels are `aspect` as wide as high. Keeps references to both; `evaluation` says
  /// how moments become segments.
  Overlay(const MomentEvaluation& evaluation, const MomentTrack& track, int width, int height, double aspect);

  /// Of the whole, in pixels: even numbers. The picture is above, as wide as the whole.
  int width() const { return width_; }
  int height() const { return height_; }
  int picture_height() const { return picture_; }
  /// Draws the panel of that second; the picture stays as it is.
  void draw(double second, video::Canvas& canvas) const;
  /// The classes that it shows at most: those that hold longest.
  static constexpr std::size_t most_classes = 5;

 private:
  /// Of the classes, those to be shown, by how long they hold, then by their mean probability.
  std::vector<std::int64_t> shown_classes() const;
  /// Names of the classes that hold, by where they begin.
  std::string names_at(double second) const;
  int place(double second) const;

  const std::vector<std::string>& names_;
  const MomentTrack& track_;
  std::vector<ScoredSegment> segments_;
  std::vector<std::int64_t> shown_;
  int width_ = 0, height_ = 0, picture_ = 0;
  int scale_ = 1;                ///< of letters
  int bars_ = 0, timeline_ = 0;  ///< where they begin, from the left
  int bar_width_ = 0, timeline_width_ = 0;
};

}  // namespace pgt::eval
