#include "paint.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "dice.hpp"

namespace pgt::synth {
namespace {

/// Signed distance in pixels from the outline of a shape of radius r around the origin, negative inside. All shapes
/// are their own mirror images, so that flipping a video keeps its class.
using Outline = double (*)(double x, double y, double r);

double circle(double x, double y, double r) { return std::hypot(x, y) - r; }
double square(double x, double y, double r) { return std::max(std::abs(x), std::abs(y)) - 0.85 * r; }
double triangle(double x, double y, double r) {
  const double base = 0.75 * r;  // its height below the centre; the tip is r above
  const double side = (std::abs(x) * (base + r) - (y + r) * r) / std::hypot(base + r, r);
  return std::max(y - base, side);
}
double cross(double x, double y, double r) {
  const double arm = 0.36 * r;
  return std::min(std::max(std::abs(x) - r, std::abs(y) - arm), std::max(std::abs(y) - r, std::abs(x) - arm));
}
double diamond(double x, double y, double r) { return (std::abs(x) + std::abs(y) - 1.2 * r) / std::numbers::sqrt2; }
double ring(double x, double y, double r) { return std::abs(std::hypot(x, y) - 0.72 * r) - 0.28 * r; }

struct Look {
  std::array<double, 3> colour;  // luma, blue and red difference
  Outline outline;
};

constexpr std::array<Look, 6> looks{{{{81, 90, 240}, circle},
                                     {{41, 240, 110}, square},
                                     {{145, 54, 34}, triangle},
                                     {{210, 16, 146}, cross},
                                     {{106, 202, 222}, diamond},
                                     {{170, 166, 16}, ring}}};
const std::array<std::string, looks.size()> names{"red-circle",   "blue-square",     "green-triangle",
                                                  "yellow-cross", "magenta-diamond", "cyan-ring"};

constexpr double background_luma = 110;
constexpr float wave_luma = 16;
constexpr float wave_chroma = 7;
constexpr float noise_luma = 18;
constexpr std::size_t grains_across = 30;  // noise grows with the picture, or a large video would be nothing but noise

std::uint8_t to_byte(double value) { return static_cast<std::uint8_t>(std::clamp(value + 0.5, 16.0, 240.0)); }

/// Noise of one frame, a row of cells at a time.
class Noise {
 public:
  Noise(std::uint64_t seed, std::int64_t frame, std::size_t width, std::size_t grain)
      : dice_{seed, 1, static_cast<std::uint64_t>(frame)}, grain_(grain), row_(width) {}

  const std::vector<float>& row(std::size_t y) {
    if (y % grain_ != 0) return row_;
    std::uint64_t bits = 0;
    std::size_t cell = 0;
    for (std::size_t x = 0; x < row_.size(); x += grain_, ++cell, bits >>= 8) {
      if (cell % 8 == 0) bits = dice_.bits();
      const float value = noise_luma * (static_cast<float>(bits & 255) - 127.5F) / 127.5F;
      std::fill_n(row_.begin() + static_cast<std::ptrdiff_t>(x), std::min(grain_, row_.size() - x), value);
    }
    return row_;
  }

 private:
  Dice dice_;
  std::size_t grain_;
  std::vector<float> row_;
};

/// Blends `colour` into a plane whose pixels are `scale` pixels of the picture wide.
struct Stencil {
  const Event& event;
  double strength, x, y, radius;  // of the picture, in pixels

  void apply(std::vector<std::uint8_t>& plane, std::size_t width, std::size_t height, double scale,
             double colour) const {
    const double reach = radius * 1.3 + 2;
    const auto bound = [scale](double at, std::size_t size) {
      return static_cast<std::size_t>(std::clamp(at / scale, 0.0, static_cast<double>(size)));
    };
    const Outline outline = looks[static_cast<std::size_t>(event.kind)].outline;
    for (std::size_t row = bound(y - reach, height); row < bound(y + reach, height); ++row) {
      for (std::size_t column = bound(x - reach, width); column < bound(x + reach, width); ++column) {
        const double dx = (static_cast<double>(column) + 0.5) * scale - x;
        const double dy = (static_cast<double>(row) + 0.5) * scale - y;
        const double covered = strength * std::clamp(0.5 - outline(dx, dy, radius) / scale, 0.0, 1.0);
        std::uint8_t& pixel = plane[row * width + column];
        pixel = to_byte(pixel + covered * (colour - pixel));
      }
    }
  }
};

}  // namespace

std::span<const std::string> kind_names() { return names; }

Picture::Picture(std::int64_t width_, std::int64_t height_)
    : width(static_cast<std::size_t>(width_)),
      height(static_cast<std::size_t>(height_)),
      luma(width * height),
      blue(luma.size() / 4),
      red(luma.size() / 4) {}

double visibility(const Event& event, std::int64_t frame) {
  const std::int64_t from_begin = frame - event.begin;
  const std::int64_t to_end = event.begin + event.frames - frame;
  if (from_begin < 0 || to_end <= 0) return 0;
  const std::int64_t fade = std::max<std::int64_t>(1, event.frames / 4);
  return std::min(1.0, static_cast<double>(std::min(from_begin + 1, to_end)) / static_cast<double>(fade + 1));
}

Painter::Painter(const Reel& reel, Film film)
    : film_(std::move(film)),
      grain_(std::max<std::size_t>(1, static_cast<std::size_t>(std::min(reel.width, reel.height)) / grains_across)) {
  Dice dice{film_.seed, 0};
  const auto smaller = static_cast<double>(std::min(reel.width, reel.height));
  for (int i = 0; i < 2; ++i) {
    const double direction = dice.between(0, 2 * std::numbers::pi);
    const double frequency = 2 * std::numbers::pi * dice.between(0.6, 1.6) / smaller;
    Wave wave;
    wave.rows = frequency * std::sin(direction);
    wave.phase = dice.between(0, 2 * std::numbers::pi);
    wave.speed = dice.between(0.1, 0.5);
    for (std::int64_t x = 0; x < reel.width; ++x) {
      const double angle = frequency * std::cos(direction) * static_cast<double>(x);
      wave.sine.push_back(static_cast<float>(std::sin(angle)));
      wave.cosine.push_back(static_cast<float>(std::cos(angle)));
    }
    waves_.push_back(std::move(wave));
  }
}

void Painter::paint(std::int64_t frame, Picture& picture) const {
  paint_background(frame, picture);
  for (const Event& event : film_.events) {
    const double strength = visibility(event, frame);
    if (strength > 0) paint_event(event, strength, picture);
  }
}

void Painter::paint_background(std::int64_t frame, Picture& picture) const {
  Noise noise(film_.seed, frame, picture.width, grain_);
  const Wave& a = waves_[0];
  const Wave& b = waves_[1];
  for (std::size_t y = 0; y < picture.height; ++y) {
    const auto angle = [&](const Wave& wave) {
      return wave.rows * static_cast<double>(y) + wave.phase + wave.speed * static_cast<double>(frame);
    };
    const auto sine_a = static_cast<float>(std::sin(angle(a))), cosine_a = static_cast<float>(std::cos(angle(a)));
    const auto sine_b = static_cast<float>(std::sin(angle(b))), cosine_b = static_cast<float>(std::cos(angle(b)));
    // sin(column + row), by the sum formula.
    const auto wave_a = [&](std::size_t x) { return a.sine[x] * cosine_a + a.cosine[x] * sine_a; };
    const auto wave_b = [&](std::size_t x) { return b.sine[x] * cosine_b + b.cosine[x] * sine_b; };

    const std::vector<float>& grain = noise.row(y);
    std::uint8_t* luma = picture.luma.data() + y * picture.width;
    for (std::size_t x = 0; x < picture.width; ++x) {
      luma[x] = static_cast<std::uint8_t>(static_cast<float>(background_luma) + wave_luma * (wave_a(x) + wave_b(x)) +
                                          grain[x]);
    }
    if (y % 2 != 0) continue;
    const std::size_t row = y / 2 * (picture.width / 2);
    for (std::size_t x = 0; x < picture.width / 2; ++x) {
      picture.blue[row + x] = static_cast<std::uint8_t>(128 + wave_chroma * wave_a(2 * x));
      picture.red[row + x] = static_cast<std::uint8_t>(128 + wave_chroma * wave_b(2 * x));
    }
  }
}

void Painter::paint_event(const Event& event, double strength, Picture& picture) const {
  const auto width = static_cast<double>(picture.width);
  const auto height = static_cast<double>(picture.height);
  const Stencil stencil{event, strength, event.x * width, event.y * height, event.radius * std::min(width, height)};
  const std::array<double, 3>& colour = looks[static_cast<std::size_t>(event.kind)].colour;
  stencil.apply(picture.luma, picture.width, picture.height, 1, colour[0]);
  stencil.apply(picture.blue, picture.width / 2, picture.height / 2, 2, colour[1]);
  stencil.apply(picture.red, picture.width / 2, picture.height / 2, 2, colour[2]);
}

}  // namespace pgt::synth
