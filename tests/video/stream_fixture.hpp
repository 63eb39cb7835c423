/// Streams of fragments over videos of different lengths and containers.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "video/fragment_stream.hpp"
#include "video/make_video.hpp"

namespace pgt::video {

constexpr std::int64_t length = 4;
constexpr std::size_t frame_bytes = 32 * 32 * 3;

constexpr std::size_t megabyte = 1'000'000;

inline std::shared_ptr<Loader> loader(int threads, std::size_t prefetch = megabyte) {
  return std::make_shared<Loader>(threads, prefetch);
}

/// Fragments of four frames, `count` of them.
inline FragmentStream::Positions fragments(std::int64_t count) {
  return [count](std::int64_t index) {
    std::vector<std::int64_t> positions;
    for (std::int64_t i = 0; index < count && i < length; ++i) positions.push_back(index * length + i);
    return positions;
  };
}

class Stream : public testing::Test {
 protected:
  std::shared_ptr<const VideoIndex> video(const std::string& name, Recipe recipe) {
    make_video(folder / name, recipe);
    return index_video(folder / name);
  }

  /// Every frame of the video from `start` on.
  static ClipRequest clip(std::shared_ptr<const VideoIndex> index, std::int64_t frames, double start = 0) {
    ClipRequest request;
    request.frames.count = request.frames.period = frames;
    request.frames.last = index->frames() - 1;
    request.frames.start = start;
    request.frames.step = 1 / index->fps;
    request.transform = {64, 40, 3, 5, 32, 32, frames % 2 == 0};
    request.index = std::move(index);
    return request;
  }

  /// The same, every other one with all that augmentation can do to it.
  std::vector<ClipRequest> augmented_rows() {
    config::AugmentOptions options;
    options.randaugment = 14;
    options.brightness = options.contrast = options.saturation = options.lighting = 0.3;
    options.random_erasing = 1;
    const std::vector<double> mean{0.4, 0.5, 0.6};
    std::vector<ClipRequest> augmented = rows();
    for (std::size_t row = 0; row < augmented.size(); row += 2) {
      augmented[row].augmentation = draw_augmentation(options, mean, 32, 32, 1, 2, row);
    }
    return augmented;
  }

  /// Rows of different lengths and containers.
  std::vector<ClipRequest> rows() {
    if (videos.empty()) {
      videos = {video("a.mp4", {.frames = 40}), video("b.avi", {.codec = "mpeg4", .frames = 20}),
                video("c.mkv", {.frames = 30, .gop = 5}), video("d.mp4", {.frames = 9})};
    }
    return {clip(videos[0], 20), clip(videos[1], 20, 0.2), clip(videos[2], 14, 0.4), clip(videos[3], 9)};
  }

  static std::vector<Frames> all_of(FragmentStream& stream) {
    std::vector<Frames> all;
    do all.push_back(stream.next());
    while (!all.back().rows.empty() || !all.back().failed.empty());
    return all;
  }

  ScratchFolder folder;
  std::vector<std::shared_ptr<const VideoIndex>> videos;
};

inline void expect_same(const std::vector<Frames>& left, const std::vector<Frames>& right, std::size_t skipped = 0) {
  ASSERT_EQ(left.size(), right.size() + skipped);
  for (std::size_t i = 0; i < right.size(); ++i) {
    EXPECT_EQ(left[i + skipped].rows, right[i].rows);
    EXPECT_EQ(left[i + skipped].rgb, right[i].rgb);
  }
}

}  // namespace pgt::video
