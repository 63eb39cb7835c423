// Real files against the fingerprints that FFmpeg's own decoding in order gave.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <random>
#include <sstream>

#include "recorded.hpp"
#include "video/make_video.hpp"
#include "video/reader.hpp"

namespace pgt::video {
namespace {

struct Fingerprint {
  std::int64_t pts;
  std::string md5;
};

/// Lines of "stream, dts, pts, duration, bytes, md5".
std::vector<Fingerprint> fingerprints(const std::string& name) {
  std::ifstream file(recorded_folder() / "framemd5" / (name + ".txt"));
  std::vector<Fingerprint> all;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::replace(line.begin(), line.end(), ',', ' ');
    std::istringstream fields(line);
    std::int64_t stream = 0, dts = 0, duration = 0, bytes = 0;
    Fingerprint print{};
    fields >> stream >> dts >> print.pts >> duration >> bytes >> print.md5;
    all.push_back(print);
  }
  return all;
}

struct Recorded {
  const char* file;
  const char* fingerprints;
};

class RecordedVideo : public testing::TestWithParam<Recorded> {
 protected:
  void SetUp() override {
    const std::filesystem::path file = recorded_folder() / GetParam().file;
    if (!std::filesystem::exists(file)) GTEST_SKIP() << "no " << file;
    expected = fingerprints(GetParam().fingerprints);
    ASSERT_FALSE(expected.empty());
    index = index_video(file);
    ASSERT_EQ(index->frames(), static_cast<std::int64_t>(expected.size()));
  }

  void expect_exact(const std::vector<std::int64_t>& frames, int threads) const {
    Reader reader(index, threads);
    for (const std::int64_t frame : frames) {
      ASSERT_EQ(md5(reader.read_stored(frame).planes), expected[static_cast<std::size_t>(frame)].md5)
          << "frame " << frame;
    }
  }

  std::vector<std::int64_t> all() const {
    std::vector<std::int64_t> frames(expected.size());
    std::iota(frames.begin(), frames.end(), 0);
    return frames;
  }

  /// Up to `count` frames, the first and the last among them.
  std::vector<std::int64_t> some(std::size_t count) const {
    std::vector<std::int64_t> frames;
    for (std::size_t i = 0; i < count; ++i) {
      frames.push_back(static_cast<std::int64_t>(i * (expected.size() - 1) / (count - 1)));
    }
    return frames;
  }

  std::vector<Fingerprint> expected;
  std::shared_ptr<const VideoIndex> index;
};

TEST_P(RecordedVideo, HasTheTimesOfEveryFrameShown) {
  for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_EQ(index->pts[i], expected[i].pts) << "frame " << i;
}

TEST_P(RecordedVideo, IsExactForwardsWithAnyNumberOfThreads) {
  expect_exact(all(), 1);
  expect_exact(all(), 4);
}

TEST_P(RecordedVideo, IsExactBackwards) {
  std::vector<std::int64_t> frames = some(12);
  std::reverse(frames.begin(), frames.end());
  expect_exact(frames, 1);
}

TEST_P(RecordedVideo, IsExactAtRandom) {
  std::mt19937 random(1);
  std::vector<std::int64_t> frames = all();
  std::shuffle(frames.begin(), frames.end(), random);
  frames.resize(std::min<std::size_t>(frames.size(), 16));
  expect_exact(frames, 1);
  std::shuffle(frames.begin(), frames.end(), random);
  expect_exact(frames, 3);
}

TEST_P(RecordedVideo, SlowIsExactBackwardsAndAtRandomForEveryFrame) {
  std::vector<std::int64_t> frames = all();
  std::reverse(frames.begin(), frames.end());
  expect_exact(frames, 1);
  for (const unsigned seed : {1u, 2u, 3u}) {
    std::mt19937 random(seed);
    std::shuffle(frames.begin(), frames.end(), random);
    expect_exact(frames, static_cast<int>(seed));
  }
}

std::string name_of(const testing::TestParamInfo<Recorded>& info) {
  std::string name = info.param.file;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(
    Files, RecordedVideo,
    testing::Values(Recorded{"mmaction2_demo.mp4", "mmaction2_demo.mp4"},
                    Recorded{"mmaction2_basketball.mp4", "mmaction2_basketball.mp4"},
                    Recorded{"mmaction2_test.avi", "mmaction2_test.avi"},
                    Recorded{"mmaction2_part_0.mp4", "mmaction2_part_0.mp4"},
                    Recorded{"decord_flipping_a_pancake.mkv", "decord_flipping_a_pancake.mkv"},
                    Recorded{"torchcodec_nasa_13013.mp4", "torchcodec_nasa_13013.mp4.v1"},
                    Recorded{"torchcodec_test_non_zero_start.mp4", "torchcodec_test_non_zero_start.mp4"},
                    Recorded{"torchcodec_discard_first_keyframe.mp4", "torchcodec_discard_first_keyframe.mp4"},
                    Recorded{"torchcodec_nasa_13013_rotated.mp4", "torchcodec_nasa_13013_rotated.mp4"},
                    Recorded{"torchcodec_h265_video.mp4", "torchcodec_h265_video.mp4"}),
    name_of);

/// Steps of one frame at the video's own rate meet every frame once, also where the container rounds times.
TEST(RecordedTimes, StepsOfTheOwnRateMeetEveryFrameOnce) {
  for (const char* name : {"decord_flipping_a_pancake.mkv", "mmaction2_basketball.mp4", "mmaction2_test.avi",
                           "torchcodec_test_non_zero_start.mp4"}) {
    const std::filesystem::path file = recorded_folder() / name;
    if (!std::filesystem::exists(file)) GTEST_SKIP() << "no " << file;
    const auto index = index_video(file);
    for (const std::int64_t first : {0, 1, 2, 5}) {
      for (std::int64_t i = 0; first + i < index->frames(); ++i) {
        const double seconds = index->seconds(first) + static_cast<double>(i) / index->fps;
        ASSERT_EQ(index->frame_at(seconds), first + i) << name;
      }
    }
  }
}

TEST(RecordedRotation, SwapsTheSidesAndKeepsTheStoredPicture) {
  const std::filesystem::path file = recorded_folder() / "torchcodec_nasa_13013_rotated.mp4";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no " << file;
  const auto index = index_video(file);
  EXPECT_EQ(index->width, 270);
  EXPECT_EQ(index->height, 480);
  EXPECT_EQ(index->rotation, 270);  // its matrix turns by 90 degrees counterclockwise
  EXPECT_EQ(Reader(index).read_stored(0).planes.size(), 480u * 270u * 3u / 2u);
}

}  // namespace
}  // namespace pgt::video
