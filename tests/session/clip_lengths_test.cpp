#include "session/clip_lengths.hpp"

#include <gtest/gtest.h>

#include "walk/clip_batch.hpp"

namespace pgt::session {
namespace {

/// `steps` steps of 8 frames, of which one is carried.
walk::PlanWalk plan_of(std::int64_t steps) {
  sdk::Plan plan;
  for (std::int64_t i = 0; i < steps; ++i) {
    sdk::Step step;
    step.frames = {{i == 0 ? 0 : 1 + 7 * i, 8 + 7 * i}};
    step.overlap = {i == 0 ? 0 : 1};
    plan.steps.push_back(step);
  }
  return {plan, {sdk::Pathway{}}};
}

OpenedVideo video_of(std::int64_t frames, std::int64_t fps, const walk::PlanWalk& plan,
                     const config::DataOptions& data) {
  auto index = std::make_shared<video::VideoIndex>();
  index->time_base_den = fps;
  for (std::int64_t i = 0; i < frames; ++i) index->pts.push_back(i);
  index->end_pts = frames;
  index->fps = static_cast<double>(fps);
  return {index, walk::frames_of({}, plan, *index, data)};
}

TEST(ClipLengths, AClipLongerThanEveryVideoIsToldWithTheStepsThatFit) {
  const walk::PlanWalk plan = plan_of(100);
  const config::DataOptions data;
  const ClipLengths lengths = measure_clips({video_of(24, 12, plan, data), video_of(12, 12, plan, data)}, plan, data);
  EXPECT_EQ(lengths.frames, 701);
  EXPECT_EQ(lengths.most_steps, 100);
  EXPECT_NEAR(lengths.longest_clip, 701 / 12.0, 1e-9);
  EXPECT_NEAR(lengths.longest_video, 2, 1e-9);
  EXPECT_NEAR(lengths.repeated, 1 - 36 / 1402.0, 1e-9);
  EXPECT_EQ(lengths.fitting_steps, 3) << "8, 15 and 22 of 24 frames";
  EXPECT_TRUE(lengths.longer_than_all);
  EXPECT_EQ(lengths.steps, 100) << "held to the clip's end";
}

TEST(ClipLengths, OneVideoThatIsLongEnoughIsNoReasonToWarn) {
  const walk::PlanWalk plan = plan_of(2);
  const config::DataOptions data;
  const ClipLengths lengths = measure_clips({video_of(60, 30, plan, data), video_of(5, 10, plan, data)}, plan, data);
  EXPECT_FALSE(lengths.longer_than_all);
  EXPECT_NEAR(lengths.repeated, 10 / 30.0, 1e-9);
  EXPECT_NEAR(lengths.shortest_clip, 0.5, 1e-9);
  EXPECT_NEAR(lengths.longest_clip, 1.5, 1e-9);
  EXPECT_EQ(lengths.slowest_rate, 10);
  EXPECT_EQ(lengths.fastest_rate, 30);
}

TEST(ClipLengths, WhereFramesAreLeftAwayClipsHaveFewerSteps) {
  const walk::PlanWalk plan = plan_of(4);
  config::DataOptions data;
  data.too_short = config::ShortVideo::mask;
  const ClipLengths lengths = measure_clips({video_of(29, 10, plan, data), video_of(9, 10, plan, data)}, plan, data);
  EXPECT_EQ(lengths.steps, 3) << "4 and 2";
}

}  // namespace
}  // namespace pgt::session
