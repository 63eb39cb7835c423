#include "video/augmentation.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "base/distributions.hpp"

namespace pgt::video {
namespace {

double between(Random& random, double low, double high) { return low + random.uniform() * (high - low); }

/// RandAugment's operations at one strength, for pictures of one size.
struct RandAugment {
  double level;  ///< of 0 to 1
  int width, height;
  Colour fill;

  Operation warp(std::array<double, 4> matrix, double shift_x, double shift_y) const {
    return Warp{matrix, shift_x, shift_y, fill};
  }
  Operation rotation(double degrees) const {
    const double angle = degrees / 180 * std::numbers::pi;
    return warp({std::cos(angle), std::sin(angle), -std::sin(angle), std::cos(angle)}, 0, 0);
  }

  /// Operation 1 to 13; `sign` is 1 or −1. Ranges: Cubuk et al., "RandAugment", 2020, as torchvision has them.
  Operation operation(std::int64_t number, double sign) const {
    constexpr double farthest = 150.0 / 331;  // share of the picture
    const double factor = 1 + sign * 0.9 * level;
    switch (number) {
      case 1:
        return warp({1, sign * 0.3 * level, 0, 1}, 0, 0);  // shear
      case 2:
        return warp({1, 0, sign * 0.3 * level, 1}, 0, 0);
      case 3:
        return warp({1, 0, 0, 1}, sign * farthest * level * width, 0);  // translate
      case 4:
        return warp({1, 0, 0, 1}, 0, sign * farthest * level * height);
      case 5:
        return rotation(sign * 30 * level);
      case 6:
        return brightness(factor);
      case 7:
        return Saturation{factor};
      case 8:
        return Contrast{factor};
      case 9:
        return Sharpness{factor};
      case 10:
        return posterize(8 - static_cast<int>(std::lround(4 * level)));
      case 11:
        return solarize(255 * (1 - level));
      case 12:
        return AutoContrast{};
      default:
        return Equalize{};
    }
  }
};

/// Each operation is drawn from all fourteen; the one with number 0 leaves the clip as it is.
void add_randaugment(std::vector<Operation>& operations, const config::AugmentOptions& options,
                     const RandAugment& randaugment, Random random) {
  for (std::int64_t i = 0; i < options.randaugment; ++i) {
    const std::int64_t number = random.integer(0, 13);
    const double sign = random.integer(0, 1) == 0 ? -1 : 1;
    if (number > 0) operations.push_back(randaugment.operation(number, sign));
  }
}

/// Source: docs/method.md M5.6.
void add_colour_jitter(std::vector<Operation>& operations, const config::AugmentOptions& options, Random random) {
  const auto factor = [&](double strength) { return 1 + between(random, -strength, strength); };
  std::vector<Operation> jitter;
  if (options.brightness > 0) jitter.emplace_back(brightness(factor(options.brightness)));
  if (options.contrast > 0) jitter.emplace_back(Contrast{factor(options.contrast)});
  if (options.saturation > 0) jitter.emplace_back(Saturation{factor(options.saturation)});
  shuffle(jitter, random);
  for (Operation& operation : jitter) operations.push_back(std::move(operation));
}

/// Source: docs/method.md M5.6, its numbers included.
void add_lighting(std::vector<Operation>& operations, double deviation, Random random) {
  constexpr std::array<double, 3> eigenvalues{0.225, 0.224, 0.229};
  constexpr double eigenvectors[3][3] = {
      {-0.5675, 0.7192, 0.4009}, {-0.5808, -0.0045, -0.8140}, {-0.5836, -0.6948, 0.4203}};
  std::array<double, 3> shift{};
  for (std::size_t k = 0; k < 3; ++k) {
    const double alpha = deviation * normal(random);
    for (std::size_t colour = 0; colour < 3; ++colour)
      shift[colour] += eigenvectors[colour][k] * alpha * eigenvalues[k];
  }
  operations.emplace_back(shifted(shift));
}

/// Source: Zhong et al., "Random erasing data augmentation", 2020. A rectangle that does not fit is drawn again, ten
/// times at most.
void add_erasing(std::vector<Operation>& operations, const config::AugmentOptions& options, int width, int height,
                 const Colour& fill, Random random) {
  if (random.uniform() >= options.random_erasing) return;
  for (int trial = 0; trial < 10; ++trial) {
    const double area = between(random, options.erasing_area[0], options.erasing_area[1]) * width * height;
    const double aspect =
        std::exp(between(random, std::log(options.erasing_aspect[0]), std::log(options.erasing_aspect[1])));
    Erase erase;
    erase.width = static_cast<int>(std::lround(std::sqrt(area / aspect)));
    erase.height = static_cast<int>(std::lround(std::sqrt(area * aspect)));
    if (erase.width > width || erase.height > height) continue;
    erase.x = static_cast<int>(random.integer(0, width - erase.width));
    erase.y = static_cast<int>(random.integer(0, height - erase.height));
    erase.fill = fill;
    operations.emplace_back(erase);
    return;
  }
}

}  // namespace

void Augmentation::apply(std::span<std::uint8_t> rgb, int width, int height) const {
  if (operations.empty()) return;
  const std::size_t bytes = 3 * static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  std::vector<std::uint8_t> spare(bytes);
  for (; !rgb.empty(); rgb = rgb.subspan(bytes)) {
    const Picture picture{rgb.first(bytes), width, height, spare};
    for (const Operation& operation : operations) {
      std::visit([&](const auto& change) { change.apply(picture); }, operation);
    }
  }
}

Augmentation draw_augmentation(const config::AugmentOptions& options, std::span<const double> mean, int width,
                               int height, std::uint64_t seed, std::uint64_t epoch, std::uint64_t sample) {
  const auto random = [&](Purpose purpose) { return Random(seed, epoch, sample, purpose); };
  Colour fill{};
  for (std::size_t i = 0; i < 3; ++i) fill[i] = static_cast<std::uint8_t>(std::lround(255 * mean[i]));
  Augmentation drawn;
  std::vector<Operation>& operations = drawn.operations;
  const RandAugment randaugment{static_cast<double>(options.randaugment_magnitude) / 30, width, height, fill};
  add_randaugment(operations, options, randaugment, random(Purpose::randaugment));
  add_colour_jitter(operations, options, random(Purpose::colour));
  if (options.lighting > 0) add_lighting(operations, options.lighting, random(Purpose::lighting));
  add_erasing(operations, options, width, height, fill, random(Purpose::erasing));
  return drawn;
}

}  // namespace pgt::video
