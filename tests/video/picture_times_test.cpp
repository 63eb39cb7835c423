#include "video/picture_times.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "video/ffmpeg.hpp"
#include "video/make_video.hpp"
#include "video/video.hpp"

namespace pgt::video {
namespace {

constexpr std::int64_t none = AV_NOPTS_VALUE;

std::vector<std::int64_t> times_of(const std::vector<std::int64_t>& times, std::int64_t duration, bool sparse) {
  PictureTimes all(10, sparse);
  std::vector<std::int64_t> found;
  for (const std::int64_t time : times) found.push_back(all.next(time, duration));
  return found;
}

using Times = std::vector<std::int64_t>;

TEST(PictureTimes, FollowOneAnotherWhereTheyAreMissing) {
  EXPECT_EQ(times_of({none, none, none}, 4, true), (Times{0, 4, 8}));
  EXPECT_EQ(times_of({100, none, none, 112, none}, 4, true), (Times{100, 104, 108, 112, 116}));
  EXPECT_EQ(times_of({100, none, none}, 0, true), (Times{100, 110, 120})) << "the nominal step";
}

TEST(PictureTimes, AreNotGivenToANeighbour) {
  EXPECT_EQ(times_of({100, 104, 112, none, 116, 120}, 4, true), (Times{100, 104, 108, 112, 116, 120}));
  EXPECT_EQ(times_of({100, 104, 112, 116}, 4, false), (Times{100, 104, 112, 116})) << "all have one: a picture lacks";
}

TEST(PictureTimes, KeepWhatTheFileSaysOfGapsAndRounding) {
  EXPECT_EQ(times_of({100, none, 200, none}, 4, true), (Times{100, 104, 200, 204}));
  EXPECT_EQ(times_of({100, 103, none, 111, none}, 4, true), (Times{100, 103, 107, 111, 115}));
}

TEST(PictureTimes, NeverGoBack) {
  EXPECT_EQ(times_of({100, 104, 0, 4, 8}, 4, false), (Times{100, 104, 108, 112, 116}));
}

/// Pictures so small that many begin in one packet of a program stream.
TEST(PictureTimes, OfProgramStreamsAreEven) {
  for (const char* codec : {"mpeg2video", "mpeg1video"}) {
    for (const int b_frames : {0, 2}) {
      const ScratchFolder folder;
      make_video(folder / "a.mpg", {.codec = codec, .options = "qmin=20:qmax=31", .frames = 150, .b_frames = b_frames});
      const auto index = index_video(folder / "a.mpg");
      ASSERT_EQ(index->frames(), 150);
      for (std::size_t i = 1; i < 150; ++i) {
        ASSERT_EQ(index->pts[i] - index->pts[i - 1], 3600) << codec << ", frame " << i;
      }
      EXPECT_DOUBLE_EQ(index->duration(), 6) << codec;
    }
  }
}

}  // namespace
}  // namespace pgt::video
