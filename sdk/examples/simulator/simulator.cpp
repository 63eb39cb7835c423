/// A dataset that makes its own pictures: a ball is thrown into a room and bounces until it rests. The class is the
/// wall that it hits first, which nobody sees who looks at the end alone.
///
/// There are no files. The host asks `frames` what a sample is like and a reader for its pictures; it does to them what
/// it does to those of files.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>

#include <pgt/sdk/frame_source.hpp>
#include <pgt/sdk/plugin.hpp>

namespace {

using pgt::sdk::Split;

constexpr double fps = 25, gravity = 1.5, kept = 0.8;  // heights of the room / s², of the speed in a bounce
constexpr double radius = 0.07;                        // of the ball, in heights of the room

/// Draws that depend on what is named alone.
class Draws {
 public:
  Draws(std::uint64_t seed, Split split, std::size_t index)
      : state_(seed * 0x9e3779b97f4a7c15 + static_cast<std::uint64_t>(split) * 0x517cc1b727220a95 + index) {}
  double between(double low, double high) {
    std::uint64_t bits = state_ += 0x9e3779b97f4a7c15;  // splitmix64
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
    return low + (high - low) * static_cast<double>((bits ^ (bits >> 31)) >> 11) * 0x1p-53;
  }

 private:
  std::uint64_t state_;
};

/// A room of height 1, from the left wall at 0 to the right one at `width`.
struct Ball {
  Ball(std::uint64_t seed, Split split, std::size_t index, double room) : width(room) {
    Draws draws(seed, split, index);
    x = draws.between(0.3, width - 0.3);
    y = draws.between(0.1, 0.4);  // from the ceiling
    across = draws.between(0.6, 1.2) * (draws.between(-1, 1) < 0 ? -1 : 1);
  }

  /// One frame later.
  void move() {
    x += across / fps;
    y += down / fps;
    down += gravity / fps;
    if (y > 1 - radius) y = 1 - radius, down *= -kept;
    if (x < radius) x = radius, across *= -kept;
    if (x > width - radius) x = width - radius, across *= -kept;
  }

  double width;
  double x = 0, y = 0, across = 0, down = 0;  // heights, and heights a second
};

struct Options {
  std::int64_t videos = 200;
  double seconds = 6;
  std::int64_t size = 64;
  void describe(pgt::sdk::Options& o) {
    o("videos", videos).range(1, 1'000'000).help("to train on; a quarter as many, and one, to validate on");
    o("seconds", seconds).range(1, 3600).unit("s").help("length of each");
    o("size", size).range(16, 2048).unit("pixels").help("height of a picture; it is half as wide again");
  }
};

/// Goes on from frame to frame, and starts over where an earlier one is wanted.
class Film final : public pgt::sdk::FrameReader {
 public:
  Film(const Ball& ball, std::int64_t size) : thrown_(ball), ball_(ball), size_(size) {}

  void read(std::int64_t frame, std::span<std::uint8_t> rgb) override {
    if (frame < at_) ball_ = thrown_, at_ = 0;
    for (; at_ < frame; ++at_) ball_.move();
    const double pixels = static_cast<double>(size_);
    auto pixel = rgb.begin();
    for (double row = 0.5; row < pixels; ++row) {
      for (double column = 0.5; column < 1.5 * pixels; ++column) {
        const double outside = std::hypot(column / pixels - ball_.x, row / pixels - ball_.y) - radius;
        const double covered = std::clamp(0.5 - outside * pixels, 0.0, 1.0);
        for (const double colour : {230.0, 120.0, 40.0}) {
          *pixel++ = static_cast<std::uint8_t>(60 + covered * (colour - 60));
        }
      }
    }
  }

 private:
  Ball thrown_, ball_;
  std::int64_t size_;
  std::int64_t at_ = 0;
};

class Simulator final : public pgt::sdk::Dataset, public pgt::sdk::FrameSource {
 public:
  using Options = ::Options;
  Simulator(const Options& options, const pgt::sdk::DatasetContext& context) : options_(options), seed_(context.seed) {}

  pgt::sdk::DatasetInfo info() const override {
    pgt::sdk::DatasetInfo info;
    info.classes = {"left", "right"};
    info.mirrored_is_the_same = false;
    return info;
  }
  std::size_t size(Split split) const override {
    const auto videos = static_cast<std::size_t>(options_.videos);
    return split == Split::train ? videos : split == Split::val ? videos / 4 + 1 : 0;
  }
  /// It has no path: messages show the id.
  pgt::sdk::Sample sample(Split split, std::size_t index) const override {
    if (index >= size(split)) throw std::out_of_range("no video " + std::to_string(index));
    pgt::sdk::Sample sample;
    sample.id = (split == Split::train ? "train-" : "val-") + std::to_string(index);
    return sample;
  }
  pgt::sdk::Target target(Split split, std::size_t index, std::span<const double>) const override {
    Ball ball = thrown(split, index);
    const double first = ball.across;
    while (ball.across * first > 0) ball.move();
    return {{first < 0 ? 0 : 1}};
  }

  pgt::sdk::MadeFrames frames(Split, std::size_t) const override {
    return {std::llround(options_.seconds * fps), fps, static_cast<int>(3 * options_.size / 2),
            static_cast<int>(options_.size)};
  }
  std::unique_ptr<pgt::sdk::FrameReader> open(Split split, std::size_t index) const override {
    return std::make_unique<Film>(thrown(split, index), options_.size);
  }
  const void* extension(std::string_view id) const override {
    return pgt::sdk::extension_among<pgt::sdk::FrameSource>(this, id);
  }

 private:
  Ball thrown(Split split, std::size_t index) const { return {seed_, split, index, 1.5}; }

  Options options_;
  std::uint64_t seed_;
};

}  // namespace

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.example.simulator";
  plugin.version = "1.0.0";
  plugin.add_dataset<Simulator>("simulator", "a ball that bounces; the class is the wall that it hits first");
}
