#include "video/transform.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace pgt::video {
namespace {

void expect_inside(const Transform& transform) {
  EXPECT_GE(transform.x, 0);
  EXPECT_GE(transform.y, 0);
  EXPECT_LE(transform.x + transform.width, transform.scaled_width);
  EXPECT_LE(transform.y + transform.height, transform.scaled_height);
}

TEST(DrawTransform, StaysInsideAndKeepsTheShape) {
  for (std::uint64_t sample = 0; sample < 500; ++sample) {
    const int width = 1 + static_cast<int>(sample * 37 % 500);
    const int height = 1 + static_cast<int>(sample * 91 % 400);
    const Transform transform = draw_transform(width, height, 112, {128, 160}, true, 7, 1, sample);
    expect_inside(transform);
    const int side = std::min(transform.scaled_width, transform.scaled_height);
    EXPECT_GE(side, 128);
    EXPECT_LE(side, 160);
    const int longer = std::max(transform.scaled_width, transform.scaled_height);
    EXPECT_EQ(longer, std::max(width, height) * side / std::min(width, height));
    EXPECT_EQ(transform.scaled_width >= transform.scaled_height, width >= height);
  }
}

TEST(DrawTransform, ReachesEverySizePlaceAndBothMirrors) {
  std::set<int> sides, x, y;
  int mirrored = 0;
  for (std::uint64_t sample = 0; sample < 2000; ++sample) {
    const Transform sized = draw_transform(64, 64, 16, {16, 20}, true, 1, 2, sample);
    sides.insert(sized.scaled_width);
    mirrored += sized.mirror ? 1 : 0;
    const Transform placed = draw_transform(40, 20, 16, {20, 20}, false, 1, 2, sample);
    x.insert(placed.x);
    y.insert(placed.y);
    EXPECT_FALSE(placed.mirror);
  }
  EXPECT_EQ(sides, (std::set<int>{16, 17, 18, 19, 20}));
  EXPECT_EQ(x.size(), 25u);  // 0 to 24
  EXPECT_EQ(*x.rbegin(), 24);
  EXPECT_EQ(y, (std::set<int>{0, 1, 2, 3, 4}));
  EXPECT_GT(mirrored, 850);
  EXPECT_LT(mirrored, 1150);
}

/// A side comes up as often as the inverses that are rounded to it are many.
TEST(DrawTransform, DrawsInversesEvenlyWhereAsked) {
  constexpr int draws = 8000;
  std::map<int, int> times;
  for (std::uint64_t sample = 0; sample < draws; ++sample) {
    ++times[draw_transform(400, 400, 224, {256, 320, true}, false, 3, 1, sample).scaled_width];
  }
  EXPECT_EQ(times.begin()->first, 256);
  EXPECT_EQ(times.rbegin()->first, 320);
  for (const auto& [side, count] : times) {
    const double low = 1 / std::min(320.0, side + 0.5), high = 1 / std::max(256.0, side - 0.5);
    const double expected = draws * (high - low) / (1 / 256.0 - 1 / 320.0);
    EXPECT_NEAR(count, expected, 5 * std::sqrt(expected)) << side;
  }
}

TEST(DrawTransform, DependsOnWhatItIsForAlone) {
  const auto draw = [](std::uint64_t seed, std::uint64_t epoch, std::uint64_t sample) {
    const Transform t = draw_transform(400, 300, 112, {128, 256}, true, seed, epoch, sample);
    return std::tuple(t.scaled_width, t.scaled_height, t.x, t.y);
  };
  EXPECT_EQ(draw(1, 2, 3), draw(1, 2, 3));
  EXPECT_NE(draw(1, 2, 3), draw(2, 2, 3));
  EXPECT_NE(draw(1, 2, 3), draw(1, 3, 3));
  EXPECT_NE(draw(1, 2, 3), draw(1, 2, 4));
}

TEST(DrawTransform, EnlargesRatherThanLeavesThePicture) {
  expect_inside(draw_transform(320, 240, 112, {64, 64}, false, 0, 0, 0));
}

TEST(FixedTransform, TakesTheCentreOfOne) {
  const Transform wide = fixed_transform(340, 256, 112, 0, 1);
  EXPECT_EQ(wide.scaled_width, 148);
  EXPECT_EQ(wide.scaled_height, 112);
  EXPECT_EQ(wide.x, 18);
  EXPECT_EQ(wide.y, 0);
  EXPECT_FALSE(wide.mirror);
  const Transform high = fixed_transform(256, 340, 112, 0, 1);
  EXPECT_EQ(high.x, 0);
  EXPECT_EQ(high.y, 18);
  EXPECT_EQ(fixed_transform(117, 112, 112, 0, 1).x, 3);  // half of five, rounded up
}

TEST(FixedTransform, SpreadsThreeAlongTheLongSide) {
  EXPECT_EQ(fixed_transform(340, 256, 112, 0, 3).x, 0);
  EXPECT_EQ(fixed_transform(340, 256, 112, 1, 3).x, 18);
  EXPECT_EQ(fixed_transform(340, 256, 112, 2, 3).x, 36);
  EXPECT_EQ(fixed_transform(117, 112, 112, 1, 3).x, 3);
  EXPECT_EQ(fixed_transform(256, 340, 112, 0, 3).y, 0);
  EXPECT_EQ(fixed_transform(256, 340, 112, 2, 3).y, 36);
  EXPECT_EQ(fixed_transform(256, 340, 112, 2, 3).x, 0);
  for (int index = 0; index < 3; ++index) expect_inside(fixed_transform(300, 300, 112, index, 3));
}

TEST(WholeTransform, CutsNothingOff) {
  for (const auto& [width, height] : {std::pair(340, 256), {256, 340}, {100, 100}, {97, 301}}) {
    const Transform whole = whole_transform(width, height, 112);
    EXPECT_EQ(std::min(whole.width, whole.height), 112);
    EXPECT_EQ(whole.width, whole.scaled_width);
    EXPECT_EQ(whole.height, whole.scaled_height);
    EXPECT_EQ(std::max(whole.width, whole.height), std::max(width, height) * 112 / std::min(width, height));
    expect_inside(whole);
  }
}

}  // namespace
}  // namespace pgt::video
