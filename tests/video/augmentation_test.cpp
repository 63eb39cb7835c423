#include "video/augmentation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <set>

#include "base/random.hpp"

namespace pgt::video {
namespace {

using config::AugmentOptions;

constexpr int shown_width = 40, shown_height = 30;
const std::vector<double> mean{0.4, 0.5, 0.6};
constexpr Colour mean_colour{102, 128, 153};

Augmentation draw(const AugmentOptions& options, std::uint64_t sample, std::uint64_t epoch = 0) {
  return draw_augmentation(options, mean, shown_width, shown_height, 5, epoch, sample);
}

AugmentOptions everything() {
  AugmentOptions options;
  options.randaugment = 2;
  options.brightness = options.contrast = options.saturation = 0.4;
  options.lighting = 0.1;
  options.random_erasing = 0.5;
  return options;
}

std::vector<std::uint8_t> pictures(int count) {
  std::vector<std::uint8_t> rgb(static_cast<std::size_t>(3 * shown_width * shown_height * count));
  Random random(1, 1, 1, Purpose::model_init);
  for (std::uint8_t& value : rgb) value = static_cast<std::uint8_t>(random.integer(0, 255));
  return rgb;
}

std::vector<std::uint8_t> changed(const Augmentation& augmentation, std::vector<std::uint8_t> rgb) {
  augmentation.apply(rgb, shown_width, shown_height);
  return rgb;
}

TEST(Augmentation, IsNothingUnlessAskedFor) {
  EXPECT_TRUE(draw({}, 1).operations.empty());
  EXPECT_EQ(changed({}, pictures(2)), pictures(2));
}

TEST(Augmentation, DependsOnWhatItIsForAlone) {
  const std::vector<std::uint8_t> before = pictures(1);
  const auto of = [&](std::uint64_t sample, std::uint64_t epoch) {
    return changed(draw(everything(), sample, epoch), before);
  };
  EXPECT_EQ(of(1, 2), of(1, 2));
  EXPECT_NE(of(1, 2), of(2, 2));
  EXPECT_NE(of(1, 2), of(1, 3));
}

TEST(Augmentation, DoesToEachPictureWhatItDoesToItAlone) {
  const std::vector<std::uint8_t> before = pictures(3);
  const std::ptrdiff_t bytes = 3 * shown_width * shown_height;
  for (std::uint64_t sample = 0; sample < 50; ++sample) {
    const Augmentation augmentation = draw(everything(), sample);
    const std::vector<std::uint8_t> after = changed(augmentation, before);
    for (std::ptrdiff_t i = 0; i < 3; ++i) {
      const std::vector<std::uint8_t> alone(before.begin() + i * bytes, before.begin() + (i + 1) * bytes);
      const std::vector<std::uint8_t> expected = changed(augmentation, alone);
      EXPECT_TRUE(std::equal(expected.begin(), expected.end(), after.begin() + i * bytes)) << sample;
    }
  }
}

/// What each purpose draws does not depend on what else is asked for.
TEST(Augmentation, DrawsForEachPurposeApart) {
  AugmentOptions alone;
  alone.random_erasing = 1;
  AugmentOptions more = everything();
  more.random_erasing = 1;
  for (std::uint64_t sample = 0; sample < 20; ++sample) {
    const Erase one = std::get<Erase>(draw(alone, sample).operations.back());
    const Erase other = std::get<Erase>(draw(more, sample).operations.back());
    EXPECT_EQ(std::tuple(one.x, one.y, one.width, one.height), std::tuple(other.x, other.y, other.width, other.height));
  }
}

TEST(ColourJitter, DrawsFactorsEvenlyInAnyOrder) {
  AugmentOptions options;
  options.brightness = 0.4;
  options.contrast = 0.2;
  options.saturation = 0.8;
  std::map<std::vector<std::size_t>, int> orders;
  std::vector<double> contrasts, saturations;
  std::set<int> greys;  // what brightness makes of 200
  for (std::uint64_t sample = 0; sample < 3000; ++sample) {
    std::vector<std::size_t> order;
    for (const Operation& operation : draw(options, sample).operations) {
      order.push_back(operation.index());
      if (const auto* contrast = std::get_if<Contrast>(&operation)) contrasts.push_back(contrast->factor);
      if (const auto* saturation = std::get_if<Saturation>(&operation)) saturations.push_back(saturation->factor);
      if (const auto* brightness = std::get_if<Lookup>(&operation)) greys.insert(brightness->values[1][200]);
    }
    ++orders[order];
  }
  EXPECT_EQ(orders.size(), 6U);
  for (const auto& [order, times] : orders) EXPECT_NEAR(times, 500, 100);
  const auto expect_even = [](const std::vector<double>& factors, double strength) {
    ASSERT_EQ(factors.size(), 3000U);
    for (const double quarter : {-0.5, 0.0, 0.5}) {
      const auto below = std::ranges::count_if(factors, [&](double factor) { return factor < 1 + quarter * strength; });
      EXPECT_NEAR(static_cast<double>(below), 1500 * (1 + quarter), 120);
    }
    EXPECT_GE(*std::ranges::min_element(factors), 1 - strength);
    EXPECT_LE(*std::ranges::max_element(factors), 1 + strength);
  };
  expect_even(contrasts, 0.2);
  expect_even(saturations, 0.8);
  EXPECT_EQ(*greys.begin(), 120);
  EXPECT_EQ(*greys.rbegin(), 255);  // 280, cut off
}

TEST(Lighting, ShiftsColoursWithTheCovarianceOfItsAxes) {
  constexpr double eigenvalues[] = {0.225, 0.224, 0.229};
  constexpr double axes[3][3] = {{-0.5675, 0.7192, 0.4009}, {-0.5808, -0.0045, -0.8140}, {-0.5836, -0.6948, 0.4203}};
  AugmentOptions options;
  options.lighting = 0.1;
  constexpr int draws = 4000;
  double products[3][3] = {};
  for (std::uint64_t sample = 0; sample < draws; ++sample) {
    const std::vector<Operation> operations = draw(options, sample).operations;
    ASSERT_EQ(operations.size(), 1U);
    const Lookup& table = std::get<Lookup>(operations.front());
    double shift[3];
    for (std::size_t c = 0; c < 3; ++c) shift[c] = (table.values[c][128] - 128) / 255.0;
    for (std::size_t a = 0; a < 3; ++a) {
      for (std::size_t b = 0; b < 3; ++b) products[a][b] += shift[a] * shift[b] / draws;
    }
  }
  for (std::size_t a = 0; a < 3; ++a) {
    for (std::size_t b = 0; b < 3; ++b) {
      double expected = 0;
      for (std::size_t k = 0; k < 3; ++k) expected += axes[a][k] * axes[b][k] * 0.01 * eigenvalues[k] * eigenvalues[k];
      EXPECT_NEAR(products[a][b], expected, 3e-5) << a << b;
    }
  }
}

TEST(RandomErasing, HasItsShareOfClipsAreaAspectAndPlace) {
  AugmentOptions options;
  options.random_erasing = 0.25;
  options.erasing_area = {0.1, 0.2};
  options.erasing_aspect = {0.5, 2};
  int erased = 0, high = 0;
  int touches[4] = {};
  for (std::uint64_t sample = 0; sample < 8000; ++sample) {
    const std::vector<Operation> operations = draw(options, sample).operations;
    if (operations.empty()) continue;
    ++erased;
    const Erase& erase = std::get<Erase>(operations.front());
    EXPECT_EQ(erase.fill, mean_colour);
    EXPECT_GE(erase.x, 0);
    EXPECT_GE(erase.y, 0);
    EXPECT_LE(erase.x + erase.width, shown_width);
    EXPECT_LE(erase.y + erase.height, shown_height);
    const double area = erase.width * erase.height / double{shown_width * shown_height};
    EXPECT_GT(area, 0.09);
    EXPECT_LT(area, 0.22);
    const double aspect = double(erase.height) / erase.width;
    EXPECT_GT(aspect, 0.45);
    EXPECT_LT(aspect, 2.2);
    high += aspect > 1 ? 1 : 0;
    touches[0] += erase.x == 0;
    touches[1] += erase.y == 0;
    touches[2] += erase.x + erase.width == shown_width;
    touches[3] += erase.y + erase.height == shown_height;
  }
  EXPECT_NEAR(erased, 2000, 150);
  EXPECT_NEAR(high, erased * 0.48, 120);  // squares are neither
  for (const int side : touches) EXPECT_GT(side, 20);
}

/// A rectangle that can never fit is not painted.
TEST(RandomErasing, GivesUpWhereNothingFits) {
  AugmentOptions options;
  options.random_erasing = 1;
  options.erasing_area = {0.9, 1};
  options.erasing_aspect = {9, 10};
  EXPECT_TRUE(draw(options, 1).operations.empty());
}

/// `name`, with a minus where the value is below 0; it must be as far from it as RandAugment says.
std::string signed_name(const std::string& name, double value, double strength) {
  EXPECT_NEAR(std::abs(value), strength, 1e-9) << name;
  return value > 0 ? name : name + "-";
}

std::string name_of(const Warp& warp, double level) {
  const auto& [xx, xy, yx, yy] = warp.matrix;
  EXPECT_EQ(warp.fill, mean_colour);
  EXPECT_GT(xx * yy - xy * yx, 0) << "a mirror";
  constexpr double farthest = 150.0 / 331;
  if (xx != 1) return signed_name("rotate", std::atan2(xy, xx) * 180 / std::numbers::pi, 30 * level);
  if (xy != 0) return signed_name("shear x", xy, 0.3 * level);
  if (yx != 0) return signed_name("shear y", yx, 0.3 * level);
  if (warp.shift_x != 0) return signed_name("translate x", warp.shift_x / shown_width, farthest * level);
  return signed_name("translate y", warp.shift_y / shown_height, farthest * level);
}

/// What RandAugment's operation is called.
std::string name_of(const Operation& operation, double level) {
  const double strength = 0.9 * level;
  if (const auto* of = std::get_if<Warp>(&operation)) return name_of(*of, level);
  if (const auto* of = std::get_if<Contrast>(&operation)) return signed_name("contrast", of->factor - 1, strength);
  if (const auto* of = std::get_if<Saturation>(&operation)) return signed_name("saturation", of->factor - 1, strength);
  if (const auto* of = std::get_if<Sharpness>(&operation)) return signed_name("sharpness", of->factor - 1, strength);
  if (std::holds_alternative<AutoContrast>(operation)) return "autocontrast";
  if (std::holds_alternative<Equalize>(operation)) return "equalize";
  const auto& table = std::get<Lookup>(operation).values;
  if (table == brightness(1 + strength).values) return "brightness";
  if (table == brightness(1 - strength).values) return "brightness-";
  if (table == posterize(8 - static_cast<int>(std::lround(4 * level))).values) return "posterize";
  EXPECT_EQ(table, solarize(255 * (1 - level)).values);
  return "solarize";
}

TEST(RandAugment, DrawsFromFourteenOperationsEvenlyAndMirrorsNothing) {
  constexpr int draws = 7000;
  for (const std::int64_t magnitude : {9, 30}) {
    AugmentOptions options;
    options.randaugment = 2;
    options.randaugment_magnitude = magnitude;
    std::map<std::string, int> times;
    int identities = 2 * draws;
    for (std::uint64_t sample = 0; sample < draws; ++sample) {
      for (const Operation& operation : draw(options, sample).operations) {
        ++times[name_of(operation, static_cast<double>(magnitude) / 30)];
        --identities;
      }
    }
    EXPECT_NEAR(identities, 1000, 130);
    EXPECT_EQ(times.size(), 22U);  // nine of the thirteen others go both ways
    for (const auto& [name, count] : times) {
      const bool one_way = name == "posterize" || name == "solarize" || name == "autocontrast" || name == "equalize";
      EXPECT_NEAR(count, one_way ? 1000 : 500, one_way ? 130 : 95) << name;
    }
  }
}

}  // namespace
}  // namespace pgt::video
