#include "video/live_grid.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "video/clip_sampling.hpp"

namespace pgt::video {
namespace {

/// Pictures of 1 to 9 ticks, or of one length.
VideoIndex video(std::int64_t frames, std::int64_t den, std::int64_t ticks) {
  VideoIndex index;
  index.file = "video.ts";
  index.time_base_den = den;
  std::int64_t time = 5;
  for (std::int64_t i = 0; i < frames; ++i) {
    index.pts.push_back(time);
    time += ticks > 0 ? ticks : 1 + i * i * 7 % 9;
  }
  index.end_pts = time;
  return index;
}

/// The picture of each frame of the grid, as the pictures come and where they end.
std::vector<std::int64_t> live(const VideoIndex& index, double step) {
  LiveGrid grid(TimeBase{index.time_base_num, index.time_base_den}, index.grace, step);
  std::vector<std::int64_t> shown;
  for (std::int64_t i = 0; i < index.frames(); ++i) {
    const LiveGrid::Shown now = grid.next(index.pts[static_cast<std::size_t>(i)] - index.pts.front());
    shown.insert(shown.end(), static_cast<std::size_t>(now.before), i - 1);
    shown.insert(shown.end(), static_cast<std::size_t>(now.now), i);
  }
  const std::int64_t end = index.end_pts - index.pts.front();
  shown.insert(shown.end(), static_cast<std::size_t>(grid.rest(end)), index.frames() - 1);
  shown.resize(static_cast<std::size_t>(grid.count(end)));
  return shown;
}

TEST(LiveGrid, ShowsWhatTheWholeFileShows) {
  for (const std::int64_t ticks : {0, 1, 4, 3003}) {
    for (const std::int64_t frames : {1, 2, 7, 40, 41, 63}) {
      for (const double grace : {1e-9, 0.001}) {
        VideoIndex index = video(frames, 90'000, ticks);
        if (ticks == 0) index.time_base_den = 100;
        index.grace = grace;
        for (const double fps : {1.0, 3.3, 7.0, 12.5, 25.0, 29.97, 30.0, 90.0, 90'000.0 / 3003}) {
          index.fps = fps;
          const ClipFrames whole = sample_clip(index, {}, config::DataOptions{});
          std::vector<std::int64_t> of_file;
          for (std::int64_t i = 0; i < whole.count; ++i) of_file.push_back(whole.at(index, i).frame);
          EXPECT_EQ(live(index, whole.step), of_file) << ticks << " " << frames << " " << fps;
        }
      }
    }
  }
}

TEST(LiveGrid, KnowsAFrameAtOnceThatAPictureBegins) {
  LiveGrid grid({1, 25}, 1e-9, 0.04);
  for (std::int64_t i = 0; i < 100; ++i) {
    const LiveGrid::Shown shown = grid.next(i);
    EXPECT_EQ(shown.before, 0);
    EXPECT_EQ(shown.now, 1);
    EXPECT_EQ(grid.count(i + 1), i + 1);
  }
}

}  // namespace
}  // namespace pgt::video
