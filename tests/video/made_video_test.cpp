#include "video/made_video.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <fstream>

#include "video/index_cache.hpp"
#include "video/png.hpp"
#include "video/stream_fixture.hpp"

namespace pgt::video {
namespace {

using testing::HasSubstr;

constexpr int across = 47, down = 33, count = 24;

std::vector<std::uint8_t> drawn(std::int64_t frame) {
  std::vector<std::uint8_t> rgb(3 * across * down);
  for (std::size_t i = 0; i < rgb.size(); ++i) {
    rgb[i] = static_cast<std::uint8_t>((i * 7 + i / across * 13 + static_cast<std::size_t>(frame) * 29) % 256);
  }
  return rgb;
}

struct Drawn final : sdk::FrameSource {
  struct Reader final : sdk::FrameReader {
    void read(std::int64_t frame, std::span<std::uint8_t> rgb) override {
      std::ranges::copy(drawn(frame), rgb.begin());
    }
  };
  sdk::MadeFrames frames(sdk::Split, std::size_t) const override { return said; }
  std::unique_ptr<sdk::FrameReader> open(sdk::Split, std::size_t) const override {
    ++opened;
    return std::make_unique<Reader>();
  }
  sdk::MadeFrames said{count, 30000.0 / 1001, across, down};
  mutable std::atomic<int> opened = 0;  ///< from threads that decode
};

class MadeVideo : public Stream {
 protected:
  std::shared_ptr<const VideoIndex> made() { return index_made("a film", source_, sdk::Split::train, 3); }
  std::string refusal(sdk::MadeFrames said, const Limits& limits = {}) {
    source_.said = said;
    try {
      index_made("a film", source_, sdk::Split::train, 0, limits);
    } catch (const VideoError& error) {
      return error.what();
    }
    return "accepted";
  }
  Drawn source_;
};

TEST_F(MadeVideo, HasTheFramesAndTheTimesThatTheSourceSays) {
  const auto index = made();
  EXPECT_EQ(index->frames(), count);
  EXPECT_EQ(index->width, across);
  EXPECT_EQ(index->height, down);
  EXPECT_NEAR(index->fps, 30000.0 / 1001, 1e-9);
  EXPECT_NEAR(index->duration(), count * 1001 / 30000.0, 1e-9);
  EXPECT_EQ(index->frame_at(index->seconds(17)), 17);
}

/// Whatever becomes of pictures becomes of them as of a folder of files: cut, scaled, mirrored, augmented, prefetched.
TEST_F(MadeVideo, IsReadAsAFolderOfTheSamePictures) {
  std::filesystem::create_directories(folder / "frames");
  for (int i = 0; i < count; ++i) {
    char name[16];
    std::snprintf(name, sizeof name, "%03d.png", i);
    std::ofstream(folder / "frames" / name, std::ios::binary) << png(drawn(i), across, down);
  }
  const auto frames_of = [&](const std::shared_ptr<const VideoIndex>& index, int threads) {
    std::vector<ClipRequest> rows(3);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      rows[row].index = index;
      rows[row].frames.count = rows[row].frames.period = 20;
      rows[row].frames.last = count - 1;
      rows[row].frames.start = 0.1 * static_cast<double>(row);
      rows[row].frames.step = 1 / index->fps;
    }
    rows[0].transform = {across, down, 3, 1, 32, 32, true};
    rows[1].transform = rows[2].transform = {64, 45, 11, 5, 32, 32, false};
    config::AugmentOptions options;
    options.randaugment = 9;
    options.random_erasing = 1;
    const std::vector<double> mean{0.4, 0.5, 0.6};
    rows[2].augmentation = draw_augmentation(options, mean, 32, 32, 1, 2, 3);
    FragmentStream stream(loader(threads, threads == 1 ? 0 : megabyte), rows, fragments(5));
    return all_of(stream);
  };
  const auto of_files = frames_of(index_video(folder / "frames", 30000.0 / 1001), 1);
  ASSERT_EQ(of_files.front().rows.size(), 3U);
  expect_same(frames_of(made(), 1), of_files);
  expect_same(frames_of(made(), 4), of_files);
}

TEST_F(MadeVideo, IsKeptInMemoryBySample) {
  IndexCache cache;
  const auto get = [&](std::size_t sample) { return cache.get_made("a film", source_, sdk::Split::val, sample); };
  EXPECT_EQ(get(0), get(0));
  EXPECT_NE(get(0), get(1));
  EXPECT_NE(get(0), cache.get_made("a film", source_, sdk::Split::train, 0));
  EXPECT_EQ(source_.opened, 0) << "an index needs no picture";
}

TEST_F(MadeVideo, IsRefusedBeyondTheLimits) {
  EXPECT_THAT(refusal({5, 25, 100, 100}, {.max_pixels = 9999}), HasSubstr("data.max_pixels"));
  EXPECT_THAT(refusal({50, 25, 10, 10}, {.max_frames = 49}), HasSubstr("data.max_frames"));
  EXPECT_EQ(refusal({5, 25, 8, 8}), "accepted");
}

}  // namespace
}  // namespace pgt::video
