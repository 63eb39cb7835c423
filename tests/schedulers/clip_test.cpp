#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "schedulers/planner.hpp"

namespace pgt {
namespace {

using testing::ElementsAre;

TEST(ClipSchedule, IsOneStepThatLearnsAndCarriesNothing) {
  const Planner clip("clip", {{"frames", std::int64_t{16}}, {"stride", std::int64_t{4}}});
  for (const sdk::Phase phase : {sdk::Phase::train, sdk::Phase::evaluate}) {
    const sdk::Plan plan = clip.plan({sdk::Pathway{}}, phase);
    EXPECT_EQ(plan.clip.frames, 16);
    EXPECT_THAT(plan.clip.stride, ElementsAre(4));
    ASSERT_EQ(plan.steps.size(), 1U);
    EXPECT_THAT(plan.steps[0].frames, ElementsAre(sdk::FrameRange{0, 16}));
    EXPECT_THAT(plan.steps[0].overlap, ElementsAre(0));
    EXPECT_TRUE(plan.steps[0].backward);
    EXPECT_TRUE(plan.steps[0].optimizer_step);
    EXPECT_FALSE(plan.repeat_from);
  }
}

TEST(ClipSchedule, GivesAFastPathwayMoreFramesOfTheSameTime) {
  const std::vector<sdk::Pathway> pathways{{"slow", 1}, {"fast", 4}};
  const sdk::Plan plan = Planner("clip", {{"frames", std::int64_t{8}}, {"stride", std::int64_t{2}}}).plan(pathways);
  EXPECT_THAT(plan.steps[0].frames, ElementsAre(sdk::FrameRange{0, 8}, sdk::FrameRange{0, 32}));
  EXPECT_THAT(plan.clip.stride, ElementsAre(8, 2));
}

}  // namespace
}  // namespace pgt
