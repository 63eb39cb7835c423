#include "video/picture_box.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

#include "video/decoder.hpp"
#include "video/scaler.hpp"

namespace pgt::video {
namespace {

/// A dark picture with a bright rectangle.
struct Drawing {
  int width, height;
  int left, top, right, bottom;  ///< pixels

  FramePtr paint() const {
    FramePtr frame = new_frame();
    frame->width = width;
    frame->height = height;
    frame->format = AV_PIX_FMT_GRAY8;
    EXPECT_EQ(av_frame_get_buffer(frame.get(), 0), 0);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const bool inside = x >= left && x < right && y >= top && y < bottom;
        frame->data[0][y * frame->linesize[0] + x] = inside ? 235 : 16;
      }
    }
    return frame;
  }
  sdk::Box box() const {
    const auto part = [](int at, int length) { return static_cast<float>(at) / static_cast<float>(length); };
    return {part(left, width), part(top, height), part(right, width), part(bottom, height)};
  }
};

/// Where the bright pixels of a picture end: left, top, right, bottom.
std::array<int, 4> bright_part(const std::vector<std::uint8_t>& rgb, int width) {
  std::array<int, 4> ends{width, static_cast<int>(rgb.size()), -1, -1};
  for (std::size_t i = 0; i < rgb.size() / 3; ++i) {
    if (rgb[3 * i] < 128) continue;
    const int x = static_cast<int>(i) % width, y = static_cast<int>(i) / width;
    ends = {std::min(ends[0], x), std::min(ends[1], y), std::max(ends[2], x + 1), std::max(ends[3], y + 1)};
  }
  return ends;
}

TEST(PictureBox, FollowsARectangleThatIsDrawn) {
  std::mt19937 random(5);
  const auto draw = [&](int low, int high) { return std::uniform_int_distribution(low, high)(random); };
  int seen = 0, cut = 0;
  for (int round = 0; round < 300; ++round) {
    Drawing drawing{draw(80, 240), draw(80, 240), 0, 0, 0, 0};
    drawing.left = draw(0, drawing.width - 30);
    drawing.right = draw(drawing.left + 20, drawing.width);
    drawing.top = draw(0, drawing.height - 30);
    drawing.bottom = draw(drawing.top + 20, drawing.height);
    Transform transform =
        draw_transform(drawing.width, drawing.height, 64, {64, 150}, true, 1, 2, static_cast<std::uint64_t>(round));
    if (round % 3 == 0) transform = whole_transform(drawing.width, drawing.height, 64);
    std::vector<std::uint8_t> rgb(static_cast<std::size_t>(3 * transform.width * transform.height));
    Scaler().convert(*drawing.paint(), transform, 0, rgb.data());

    const std::optional<PixelBox> placed = place(drawing.box(), transform);
    const auto [left, top, right, bottom] = bright_part(rgb, transform.width);
    if (!placed) {
      EXPECT_TRUE(right <= left + 1 || bottom <= top + 1) << "more is seen than a blurred edge";
      continue;
    }
    if (placed->right - placed->left < 2 || placed->bottom - placed->top < 2) continue;  // lost in the blur
    ++seen;
    cut += placed->right - placed->left < drawing.box().right * static_cast<float>(transform.scaled_width) -
                                              drawing.box().left * static_cast<float>(transform.scaled_width) - 1;
    EXPECT_NEAR(placed->left, left, 1) << round;
    EXPECT_NEAR(placed->top, top, 1) << round;
    EXPECT_NEAR(placed->right, right, 1) << round;
    EXPECT_NEAR(placed->bottom, bottom, 1) << round;
  }
  EXPECT_GT(seen, 200);
  EXPECT_GT(cut, 20);
}

TEST(PictureBox, IsMirroredExactly) {
  const Transform plain{200, 100, 50, 0, 100, 100, false};
  const std::optional<PixelBox> box = place({0.3F, 0.1F, 0.5F, 0.9F}, plain);
  EXPECT_FLOAT_EQ(box->left, 10);
  EXPECT_FLOAT_EQ(box->right, 50);
  EXPECT_FLOAT_EQ(box->top, 10);
  EXPECT_FLOAT_EQ(box->bottom, 90);
  Transform mirrored = plain;
  mirrored.mirror = true;
  const std::optional<PixelBox> other = place({0.3F, 0.1F, 0.5F, 0.9F}, mirrored);
  EXPECT_FLOAT_EQ(other->left, 50);
  EXPECT_FLOAT_EQ(other->right, 90);
}

TEST(PictureBox, GoesWhereNothingOfItIsSeen) {
  const Transform middle{200, 100, 50, 0, 100, 100, false};
  EXPECT_FALSE(place({0, 0, 0.25F, 1}, middle));  // ends where the picture begins
  EXPECT_FALSE(place({0.75F, 0, 1, 1}, middle));
  EXPECT_FALSE(place({0.4F, 0.5F, 0.4F, 0.9F}, middle));  // has no area
  EXPECT_TRUE(place({0, 0, 0.26F, 1}, middle));
  EXPECT_FLOAT_EQ(place({-1, -1, 2, 2}, middle)->right, 100);
}

}  // namespace
}  // namespace pgt::video
