#include "walk/clip_batch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "video/make_video.hpp"

namespace pgt::walk {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// `steps` steps of `length` frames, `overlap` of them carried over.
PlanWalk steps_of(std::int64_t steps, std::int64_t length, std::int64_t overlap, std::int64_t stride) {
  sdk::Plan plan;
  plan.clip.stride = {stride};
  for (std::int64_t i = 0, begin = 0; i < steps; ++i) {
    sdk::Step step;
    const std::int64_t carried = i == 0 ? 0 : overlap;
    step.frames = {{begin, begin + length - carried}};
    step.overlap = {carried};
    begin = step.frames[0].end;
    plan.steps.push_back(std::move(step));
  }
  return PlanWalk(plan, {sdk::Pathway{}});
}

class ClipBatches : public testing::Test {
 protected:
  ClipBatches() { data_.size = 32; }

  std::filesystem::path video(const std::string& name, int width, int height, int frames = 40) {
    video::make_video(folder_ / name, {.width = width, .height = height, .frames = frames, .rate_num = 30});
    return folder_ / name;
  }
  std::unique_ptr<ClipBatch> open(PlanWalk walk, std::vector<ClipChoice> clips) {
    return open_batch(std::move(walk), std::move(clips), videos_, make_loader(data_, 1), data_, "test");
  }
  static ClipChoice around(const std::filesystem::path& path, double anchor) {
    ClipChoice clip;
    clip.sample.id = path.string();
    clip.sample.path = path;
    clip.sample.anchor = anchor;
    clip.draw = false;
    return clip;
  }

  video::ScratchFolder folder_;
  video::IndexCache videos_;
  config::DataOptions data_;
};

TEST_F(ClipBatches, TheLastStepLooksAtTheAnchor) {
  const std::filesystem::path path = video("a.mp4", 64, 64);
  for (const double anchor : {0.0, 0.5, 1.0}) {
    const auto batch = open(steps_of(5, 8, 1, 8), {around(path, anchor)});
    const std::vector<double> relative{-224, -168, -112, -56, 0};  // docs/method.md M5.5
    for (std::int64_t i = 0; i < 5; ++i) {
      const std::vector<std::vector<double>> stretches = batch->window_seconds(0, *batch->walk.step(i, batch->frames));
      ASSERT_THAT(stretches, SizeIs(1));
      ASSERT_THAT(stretches[0], SizeIs(8));
      // Before the video its first frame is shown.
      EXPECT_NEAR(stretches[0][4], std::max(0.0, anchor + relative[static_cast<std::size_t>(i)] / 30), 1e-9);
    }
    const auto one_step = open(steps_of(1, 16, 0, 2), {around(path, anchor)});
    EXPECT_NEAR(one_step->requests[0].frames.start, anchor - 16.0 / 30, 1e-9);
  }
}

TEST_F(ClipBatches, HoldTheFirstAndTheLastFrameAroundTheVideo) {
  const std::filesystem::path path = video("a.mp4", 64, 64, 10);
  const auto batch = open(steps_of(1, 8, 0, 4), {around(path, 4.0 / 30)});  // from frame 4 - 16 on
  const video::Frames frames = batch->stream->next();
  const std::size_t picture = 32 * 32 * 3;
  for (std::size_t i = 0; i < 8; ++i) {
    const auto wanted = std::min<std::int64_t>(9, std::max<std::int64_t>(0, 4 * static_cast<std::int64_t>(i) - 12));
    std::vector<std::uint8_t> expected(picture);
    video::Reader(batch->requests[0].index).read({&wanted, 1}, batch->requests[0].transform, expected.data());
    EXPECT_TRUE(
        std::equal(expected.begin(), expected.end(), frames.rgb.begin() + static_cast<std::ptrdiff_t>(i * picture)))
        << "frame " << wanted;
  }
}

TEST_F(ClipBatches, TellOfAKeyFrameBehindTheVideo) {
  const auto batch = open(steps_of(1, 8, 0, 1), {around(video("a.mp4", 64, 64), 1.5)});
  ASSERT_THAT(batch->unreadable, SizeIs(1));
  EXPECT_THAT(batch->unreadable[0].file.reason, HasSubstr("key frame is at 1.5"));
}

TEST_F(ClipBatches, WholeVideosHaveNoKeyFrame) {
  sdk::Plan plan = steps_of(2, 4, 1, 1).plan();
  plan.repeat_from = 1;
  try {
    open(PlanWalk(plan, {sdk::Pathway{}}), {around(video("a.mp4", 64, 64), 0.5)});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::config);
    EXPECT_THAT(error.what(), HasSubstr("give steps a number"));
  }
}

TEST_F(ClipBatches, WholePicturesKeepTheirShape) {
  ClipChoice wide = around(video("wide.mp4", 96, 64), 0.5);
  wide.crops = config::EvalOptions::whole_picture;
  const auto batch = open(steps_of(1, 2, 0, 1), {wide, wide});
  const video::Frames frames = batch->stream->next();
  EXPECT_EQ(frames.width, 48);
  EXPECT_EQ(frames.height, 32);
  EXPECT_THAT(frames.rgb, SizeIs(2 * 2 * 48 * 32 * 3));
}

}  // namespace
}  // namespace pgt::walk
