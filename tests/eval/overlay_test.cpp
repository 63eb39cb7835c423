#include "eval/overlay.hpp"

#include <gtest/gtest.h>

namespace pgt::eval {
namespace {

/// Two classes over ten seconds, a moment a second: "early" up to second 4, then "late".
struct Shown {
  Shown() {
    track.classes = classes.size();
    for (int i = 0; i < 10; ++i) {
      for (const float value : {i < 4 ? 0.75F : 0.0F, i < 4 ? 0.25F : 1.0F}) track.probabilities.push_back(value);
    }
  }
  Overlay overlay(int width, int height, double aspect = 1) const {
    return Overlay({tracks, classes, rules, true}, track, width, height, aspect);
  }

  std::vector<std::string> classes{"early", "late"};
  MomentTrack track{0, 1, 2};
  std::vector<MomentTrack> tracks;
  config::EvalOptions rules;
};

TEST(Overlay, IsUnderAPictureOfAnySizeAndShape) {
  const Shown shown;
  for (const auto& [width, height, aspect] :
       {std::tuple(33, 17, 1.0), {481, 999, 1.0}, {720, 576, 16.0 / 15}, {1920, 1080, 1.0}, {1, 2000, 1.0}}) {
    const Overlay overlay = shown.overlay(width, height, aspect);
    EXPECT_EQ(overlay.width() % 2, 0);
    EXPECT_EQ(overlay.height() % 2, 0);
    EXPECT_GE(overlay.width(), std::max(480, width));
    EXPECT_GT(overlay.height(), overlay.picture_height());
    EXPECT_NEAR(overlay.picture_height(), overlay.width() / (width * aspect) * height, 0.51);
  }
}

TEST(Overlay, ShowsProbabilitiesAndWhenClassesHold) {
  const Shown shown;
  const Overlay overlay = shown.overlay(600, 100);
  const auto drawn = [&](double second) {
    video::Canvas canvas(overlay.width(), overlay.height());
    canvas.fill(0, 0, 600, 100, {1, 2, 3});
    overlay.draw(second, canvas);
    return canvas;
  };
  const video::Canvas early = drawn(2.5), late = drawn(8.5);
  EXPECT_EQ(early.at(599, 99), (video::Colour{1, 2, 3})) << "the picture stays";
  // The class that holds longest is first; at scale 2 its row begins 48 pixels under the picture.
  const int first = 100 + 8 + 40 + 8, second = first + 20, bars = (4 + 15 * 6) * 2, wide = 600 / 5;
  const auto hollow = early.at(bars + wide - 2, first), of_late = late.at(bars + 2, first);
  EXPECT_NE(of_late, hollow);
  EXPECT_EQ(early.at(bars + wide / 4 - 2, first), of_late);
  EXPECT_EQ(early.at(bars + wide / 4 + 2, first), hollow) << "a quarter of the bar";
  EXPECT_EQ(late.at(bars + wide - 2, first), of_late) << "all of it";
  const int timeline = bars + wide + 8, length = 600 - timeline - 8;
  const auto at = [&](double moment) { return timeline + static_cast<int>(length * moment / 10); };
  EXPECT_EQ(early.at(at(7), first), of_late);
  EXPECT_EQ(early.at(at(1), first), hollow);
  EXPECT_EQ(early.at(at(7), second), hollow);
  EXPECT_NE(early.at(at(1), second), hollow);
  EXPECT_NE(early.at(at(2.5) + 1, first), late.at(at(2.5) + 1, first)) << "where the video is";
}

}  // namespace
}  // namespace pgt::eval
