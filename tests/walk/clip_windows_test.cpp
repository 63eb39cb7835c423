// Which labels a step of a clip is taught.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <vector>

#include "ten_frames.hpp"

namespace pgt::walk {
namespace {

using config::Sampling;
using config::ShortVideo;
using testing::ElementsAre;
using testing::SizeIs;

/// Ten frames a second; the class of a moment is the number of its frame.
class FrameNumbers : public sdk::Dataset {
 public:
  sdk::DatasetInfo info() const override { return {}; }
  std::size_t size(sdk::Split) const override { return 1; }
  sdk::Sample sample(sdk::Split, std::size_t) const override { return {}; }
  sdk::Target target(sdk::Split, std::size_t, std::span<const double> times) const override {
    EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
    sdk::Target target;
    for (std::int64_t i = std::lround(10 * times.front()); i <= std::lround(10 * times.back()); ++i) {
      target.classes.push_back(i);
    }
    return target;
  }
};

/// A video of 10 frames under steps of four that share one, as if it had been opened.
class Windows : public testing::Test {
 protected:
  ClipBatch batch(Sampling sampling, ShortVideo too_short) const {
    config::DataOptions data;
    data.sampling = sampling;
    data.too_short = too_short;
    return ten_frames(data);
  }
  std::vector<std::int64_t> classes(const ClipBatch& batch, std::int64_t index) const {
    return batch.target(dataset, sdk::Split::train, 0, step_of_four(index)).classes;
  }

  FrameNumbers dataset;
};

TEST_F(Windows, AreTheNewFramesAndThoseOfTheOverlap) {
  const ClipBatch clip = batch(Sampling::dense, ShortVideo::hold);
  EXPECT_THAT(classes(clip, 0), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(classes(clip, 1), ElementsAre(3, 4, 5, 6));
  EXPECT_THAT(classes(clip, 2), ElementsAre(6, 7, 8, 9));
}

TEST_F(Windows, OfAHeldFrameAreItsOwn) {
  EXPECT_THAT(classes(batch(Sampling::dense, ShortVideo::hold), 4), ElementsAre(9));
}

TEST_F(Windows, OfAClipThatStartsOverAreBothStretches) {
  const ClipBatch clip = batch(Sampling::dense, ShortVideo::loop);
  EXPECT_THAT(clip.window_seconds(0, step_of_four(2)), SizeIs(1));
  EXPECT_THAT(clip.window_seconds(0, step_of_four(3)), SizeIs(2));  // frames 9, 0, 1, 2
  EXPECT_THAT(classes(clip, 3), ElementsAre(0, 1, 2, 9));
  EXPECT_THAT(classes(clip, 4), ElementsAre(2, 3, 4, 5));
}

TEST_F(Windows, FollowTheFramesThatAreSpreadOverTheVideo) {
  const ClipBatch clip = batch(Sampling::uniform, ShortVideo::hold);  // 16 frames over 10
  EXPECT_THAT(classes(clip, 0), ElementsAre(0, 1, 2));
  EXPECT_THAT(classes(clip, 4), ElementsAre(7, 8, 9));
}

}  // namespace
}  // namespace pgt::walk
