/// Draws the pictures of a film: events on a moving, noisy background.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "film.hpp"

namespace pgt::synth {

/// What each kind of event looks like, such as "red-circle".
std::span<const std::string> kind_names();

/// A picture as H.264 stores it (YUV 4:2:0, limited range): rows without gaps, the colour planes half as wide and high.
struct Picture {
  Picture(std::int64_t width_, std::int64_t height_);
  std::size_t width, height;
  std::vector<std::uint8_t> luma, blue, red;
};

/// How much of an event shows in `frame`: 0 outside, in between while it comes and goes, 1.
double visibility(const Event& event, std::int64_t frame);

/// Thread: one at a time. A picture depends on the film and the frame alone.
class Painter {
 public:
  Painter(const Reel& reel, Film film);
  void paint(std::int64_t frame, Picture& picture) const;

 private:
  /// A sine wave across the picture, moving. The part that depends on the column is computed once.
  struct Wave {
    double rows, phase, speed;  // radians a row, at the origin, a frame
    std::vector<float> sine, cosine;
  };
  void paint_background(std::int64_t frame, Picture& picture) const;
  void paint_event(const Event& event, double strength, Picture& picture) const;

  Film film_;
  std::size_t grain_;  // side of a cell of noise, in pixels
  std::vector<Wave> waves_;
};

}  // namespace pgt::synth
