#include "video/reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <utility>
#include <vector>

#include "video/make_video.hpp"
#include "video/read_pictures.hpp"

namespace pgt::video {
namespace {

/// The whole picture at its stored size.
Transform whole(int width, int height) {
  Transform transform;
  transform.scaled_width = width;
  transform.scaled_height = height;
  transform.width = transform.height = std::min(width, height);
  return transform;
}

TEST(Reader, GivesTheFramesAskedForInOneCall) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.width = 64, .height = 64});
  const auto index = index_video(folder / "a.mp4");
  Reader reader(index);
  const std::vector<std::int64_t> frames{0, 0, 3, 4, 4, 4, 20, 39, 39};
  const auto pixels = read(reader, frames, whole(64, 64));
  const std::size_t bytes = 64 * 64 * 3;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    EXPECT_EQ(spelled_number(pixels.data() + i * bytes, 64 * 3, 3), frames[i]);
  }
  EXPECT_TRUE(std::equal(pixels.begin(), pixels.begin() + 64 * 64 * 3, pixels.begin() + 64 * 64 * 3));
}

TEST(Reader, GivesTheSameAgainAndAfterBeingMoved) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {});
  const auto index = index_video(folder / "a.mp4");
  Reader reader(index);
  const auto first = read(reader, {7, 8}, whole(80, 48));
  EXPECT_EQ(read(reader, {7, 8}, whole(80, 48)), first);
  Reader moved = std::move(reader);
  EXPECT_EQ(read(moved, {7, 8}, whole(80, 48)), first);
}

TEST(Reader, CutsAndMirrorsTheScaledPicture) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.width = 320, .height = 128});
  Reader reader(index_video(folder / "a.mp4"));
  for (const int part : {1, 2}) {  // borders that fall on stored pixels are met exactly
    const int width = 320 / part, height = 128 / part;
    const auto left_pixels = read(reader, {5}, whole(width, height));
    Transform cut{width, height, 20, 4, 21, 17, false};
    const auto pixels = read(reader, {5}, cut);
    cut.mirror = true;
    const auto mirrored = read(reader, {5}, cut);
    for (int y = 0; y < 17; ++y) {
      for (int x = 0; x < 21; ++x) {
        const auto at = [](const std::vector<std::uint8_t>& rgb, int side, int row, int column) {
          const auto* pixel = rgb.data() + 3 * (row * side + column);
          return std::tuple(pixel[0], pixel[1], pixel[2]);
        };
        ASSERT_EQ(at(pixels, 21, y, x), at(left_pixels, height, y + 4, x + 20)) << part << " " << y << " " << x;
        ASSERT_EQ(at(mirrored, 21, y, x), at(pixels, 21, y, 20 - x));
      }
    }
  }
}

TEST(Reader, TurnsThePictureAsAPlayerDoes) {
  const ScratchFolder folder;
  make_video(folder / "0.mp4", {.width = 64, .height = 64});
  Reader upright(index_video(folder / "0.mp4"));
  const auto plain = read(upright, {3}, whole(64, 64));
  for (const int rotation : {90, 180, 270}) {
    make_video(folder / "turned.mp4", {.width = 64, .height = 64, .rotation = rotation});
    Reader reader(index_video(folder / "turned.mp4"));
    const auto turned = read(reader, {3}, whole(64, 64));
    Transform corner{64, 64, 5, 11, 40, 30, true};
    const auto cut = read(reader, {3}, corner);
    for (int y = 0; y < 64; ++y) {
      for (int x = 0; x < 64; ++x) {
        // Where the pixel of the turned picture comes from.
        const int from_x = rotation == 90 ? y : rotation == 180 ? 63 - x : 63 - y;
        const int from_y = rotation == 90 ? 63 - x : rotation == 180 ? 63 - y : x;
        for (int c = 0; c < 3; ++c) {
          ASSERT_EQ(turned[static_cast<std::size_t>(3 * (64 * y + x) + c)],
                    plain[static_cast<std::size_t>(3 * (64 * from_y + from_x) + c)])
              << rotation;
        }
      }
    }
    for (int y = 0; y < 30; ++y) {
      for (int x = 0; x < 40; ++x) {
        ASSERT_EQ(cut[static_cast<std::size_t>(3 * (40 * y + x))],
                  turned[static_cast<std::size_t>(3 * (64 * (y + 11) + 5 + 39 - x))]);
      }
    }
  }
}

TEST(Reader, FollowsAChangeOfSizeInTheMiddle) {
  const ScratchFolder folder;
  make_video(folder / "a.ts", {.width = 80, .height = 64, .frames = 20, .b_frames = 0});
  make_video(folder / "b.ts", {.width = 128,
                               .height = 96,
                               .frames = 20,
                               .b_frames = 0,
                               .time = [](int i) { return std::int64_t{i} + 20; },
                               .first_number = 20});
  std::ofstream both(folder / "both.ts", std::ios::binary);
  both << std::ifstream(folder / "a.ts", std::ios::binary).rdbuf()
       << std::ifstream(folder / "b.ts", std::ios::binary).rdbuf();
  both.close();
  const auto index = index_video(folder / "both.ts");
  ASSERT_EQ(index->frames(), 40);
  Reader reader(index);
  for (const std::int64_t frame : {0, 5, 19, 20, 39, 3, 25}) {
    const auto pixels = read(reader, {frame}, whole(128, 96));
    if (frame >= 20) {
      EXPECT_EQ(spelled_number(pixels.data(), 96 * 3, 3), frame);
    }
    const std::string stored = reader.read_stored(frame).planes;
    EXPECT_EQ(stored.size(), frame < 20 ? 80u * 64u * 3u / 2u : 128u * 96u * 3u / 2u);
    EXPECT_EQ(spelled_number(reinterpret_cast<const std::uint8_t*>(stored.data()), frame < 20 ? 80 : 128), frame);
  }
}

TEST(Reader, RefusesFramesThatTheVideoDoesNotHave) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.frames = 5});
  Reader reader(index_video(folder / "a.mp4"));
  EXPECT_THROW(reader.read_stored(5), VideoError);
  EXPECT_THROW(reader.read_stored(-1), VideoError);
  EXPECT_FALSE(reader.read_stored(4).planes.empty());
}

TEST(Reader, NamesAFileThatHasGone) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.frames = 5});
  const auto index = index_video(folder / "a.mp4");
  std::filesystem::remove(folder / "a.mp4");
  EXPECT_THROW(Reader{index}, VideoError);
}

TEST(Reader, GivesUpWhenStopped) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.frames = 5});
  std::stop_source stop;
  Reader reader(index_video(folder / "a.mp4"), 1, stop.get_token());
  EXPECT_FALSE(reader.read_stored(0).planes.empty());
  stop.request_stop();
  const std::vector<std::int64_t> frames{1};
  std::vector<std::uint8_t> out(48 * 48 * 3);
  EXPECT_THROW(reader.read(frames, whole(80, 48), out.data()), Stopped);
}

}  // namespace
}  // namespace pgt::video
