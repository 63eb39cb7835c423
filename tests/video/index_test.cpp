#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "video/make_video.hpp"
#include "video/video.hpp"

namespace pgt::video {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string reason_of(const std::filesystem::path& file) {
  try {
    index_video(file);
  } catch (const VideoError& error) {
    EXPECT_EQ(error.code(), ExitCode::data);
    EXPECT_EQ(error.file(), file);
    EXPECT_EQ(error.what(), file.string() + ": " + error.reason());
    return error.reason();
  }
  return "";
}

TEST(Index, CountsFramesAndRandomAccessPoints) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.frames = 30, .gop = 12});
  const auto index = index_video(folder / "a.mp4");
  EXPECT_EQ(index->frames(), 30);
  EXPECT_EQ(index->width, 80);
  EXPECT_EQ(index->height, 48);
  EXPECT_DOUBLE_EQ(index->fps, 25);
  EXPECT_DOUBLE_EQ(index->duration(), 30 / 25.0);
  EXPECT_EQ(index->keys, 3) << "frames 0, 12 and 24";
}

TEST(Index, CountsTheSameInEveryContainer) {
  const ScratchFolder folder;
  for (const char* name : {"a.mp4", "a.mkv", "a.mov", "a.ts", "a.avi"}) {
    make_video(folder / name, {.codec = "mpeg4", .frames = 31});
    const auto index = index_video(folder / name);
    EXPECT_EQ(index->frames(), 31) << name;
    EXPECT_NEAR(index->fps, 25, 1e-9) << name;
    EXPECT_NEAR(index->duration(), 31 / 25.0, 0.0015) << name;
    for (std::int64_t i = 0; i < 31; ++i) EXPECT_NEAR(index->seconds(i), static_cast<double>(i) / 25, 0.0011) << name;
  }
}

TEST(Index, HoldsTheExactRateOfBroadcasts) {
  const ScratchFolder folder;
  for (const char* name : {"a.mp4", "a.mkv"}) {
    make_video(folder / name, {.frames = 90, .rate_num = 30000, .rate_den = 1001});
    EXPECT_NEAR(index_video(folder / name)->fps, 30000.0 / 1001, 1e-9) << name;
  }
}

TEST(Index, FindsTheFrameAtEveryBorderOfTheRate) {
  const ScratchFolder folder;
  for (const auto& [num, den] : {std::pair{30000, 1001}, {24000, 1001}, {25, 1}, {60, 1}}) {
    for (const char* name : {"a.mp4", "a.mkv"}) {
      make_video(folder / name, {.frames = 120, .rate_num = num, .rate_den = den});
      const auto index = index_video(folder / name);
      for (std::int64_t i = 0; i < 120; ++i) {
        const double border = static_cast<double>(i) * den / num;
        EXPECT_EQ(index->frame_at(border), i) << name << " " << num;
        EXPECT_EQ(index->frame_at(border + 0.003), i) << name << " " << num;
        EXPECT_EQ(index->frame_at(border - 0.003), std::max<std::int64_t>(i - 1, 0)) << name << " " << num;
      }
    }
  }
}

/// Steps of one or four ticks.
std::int64_t uneven(int frame) { return 3 * frame + frame % 3; }

TEST(Index, FindsTheFrameAtAnyTimeOfAnUnevenVideo) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.frames = 40, .b_frames = 0, .rate_num = 100, .time = uneven});
  const auto index = index_video(folder / "a.mp4");
  ASSERT_EQ(index->frames(), 40);
  for (int i = 0; i < 40; ++i) {
    EXPECT_NEAR(index->seconds(i), static_cast<double>(uneven(i) - uneven(0)) / 100, 1e-12);
  }
  for (int i = -100; i < 1500; ++i) {
    const double seconds = i / 1000.0;
    std::int64_t last = 0;
    for (std::int64_t k = 0; k < 40; ++k) {
      if (index->seconds(k) <= seconds + 1e-9) last = k;
    }
    ASSERT_EQ(index->frame_at(seconds), last) << seconds;
  }
}

TEST(Index, StaysWithinTheVideoForTimesOutside) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.frames = 10});
  const auto index = index_video(folder / "a.mp4");
  EXPECT_EQ(index->frame_at(-5), 0);
  EXPECT_EQ(index->frame_at(0), 0);
  EXPECT_EQ(index->frame_at(1e300), 9);
  EXPECT_EQ(index->frame_at(std::nan("")), 0);
}

TEST(Index, KnowsAVideoOfOneFrame) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.frames = 1});
  const auto index = index_video(folder / "a.mp4");
  EXPECT_EQ(index->frames(), 1);
  EXPECT_GT(index->duration(), 0);
  EXPECT_GT(index->fps, 0);
  EXPECT_EQ(index->frame_at(0.01), 0);
}

TEST(Index, LeavesOutWhatAnEditListHides) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.frames = 30, .gop = 10, .time = [](int i) { return std::int64_t{i} - 5; }});
  const auto index = index_video(folder / "a.mp4");
  EXPECT_EQ(index->frames(), 25);
  EXPECT_EQ(index->pts.front(), 0);
}

TEST(Index, TellsTheSizeThatIsShown) {
  const ScratchFolder folder;
  for (const int rotation : {0, 90, 180, 270}) {
    make_video(folder / "a.mp4", {.frames = 3, .rotation = rotation});
    const auto index = index_video(folder / "a.mp4");
    EXPECT_EQ(index->rotation, rotation);
    EXPECT_EQ(index->width, rotation % 180 == 0 ? 80 : 48);
    EXPECT_EQ(index->height, rotation % 180 == 0 ? 48 : 80);
  }
}

TEST(Index, OpensNamesThatLookLikeSomethingElse) {
  const ScratchFolder folder;
  for (const char* name : {"http:x #1.mp4", "pipe:0.mp4", "a%03d.mp4", "gr\u00fc\u00dfe \u4f60.mp4", "-i.mp4"}) {
    make_video(folder / "plain.mp4", {.frames = 3});
    std::filesystem::rename(folder / "plain.mp4", folder / name);
    EXPECT_EQ(index_video(folder / name)->frames(), 3) << name;
  }
}

TEST(Index, NamesWhatIsWrongWithAFile) {
  const ScratchFolder folder;
  EXPECT_THAT(reason_of(folder / "absent.mp4"), HasSubstr("no such file"));
  EXPECT_THAT(reason_of(folder / "."), HasSubstr("is a folder"));
  EXPECT_THAT(reason_of("/dev/null"), HasSubstr("not a regular file"));

  std::ofstream(folder / "empty.mp4");
  EXPECT_EQ(reason_of(folder / "empty.mp4"), "is empty");

  std::ofstream(folder / "text.mp4") << std::string(5000, 'x') << "\nthis is a letter, not a video\n";
  EXPECT_THAT(reason_of(folder / "text.mp4"), HasSubstr("not a video"));

  make_sound(folder / "sound.wav");
  EXPECT_EQ(reason_of(folder / "sound.wav"), "has no video stream");
  std::filesystem::rename(folder / "sound.wav", folder / "sound.mp4");
  EXPECT_EQ(reason_of(folder / "sound.mp4"), "has no video stream");
}

TEST(Index, SaysThatTheTableIsMissingFromATruncatedFile) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {});
  std::filesystem::resize_file(folder / "a.mp4", std::filesystem::file_size(folder / "a.mp4") / 2);
  EXPECT_THAT(reason_of(folder / "a.mp4"), HasSubstr("moov atom not found"));
}

TEST(Index, HoldsWhatIsThereOfATruncatedFile) {
  const ScratchFolder folder;
  make_video(folder / "a.mkv", {.frames = 60, .gop = 6});
  std::filesystem::resize_file(folder / "a.mkv", std::filesystem::file_size(folder / "a.mkv") * 6 / 10);
  const auto index = index_video(folder / "a.mkv");
  EXPECT_GT(index->frames(), 25);
  EXPECT_LT(index->frames(), 50);
}

}  // namespace
}  // namespace pgt::video
