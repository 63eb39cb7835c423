#include "walk/plan_walk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "base/error.hpp"

namespace pgt::walk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

sdk::Step step(std::int64_t begin, std::int64_t end, std::int64_t overlap) {
  sdk::Step step;
  step.frames = {{begin, end}};
  step.overlap = {overlap};
  return step;
}

/// Steps of 4 frames with one of overlap, the second repeating.
sdk::Plan whole_video_plan() {
  sdk::Plan plan;
  plan.clip.stride = {2};
  plan.steps = {step(0, 4, 0), step(4, 7, 1)};
  plan.repeat_from = 1;
  return plan;
}

sdk::Plan two_pathway_plan() {
  sdk::Plan plan;
  plan.clip.stride = {8, 2};
  sdk::Step both;
  both.frames = {{0, 2}, {0, 8}};
  both.overlap = {0, 0};
  plan.steps = {both};
  return plan;
}

std::string error_of(const sdk::Plan& plan, std::vector<sdk::Pathway> pathways = {sdk::Pathway{}}) {
  try {
    PlanWalk(plan, std::move(pathways));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::plugin);
    return error.what();
  }
  return "";
}

TEST(PlanWalk, CountsTheFramesOfAListedPlan) {
  sdk::Plan plan;
  plan.steps = {step(0, 8, 0), step(8, 15, 1), step(15, 22, 1)};
  const PlanWalk walk(plan, {sdk::Pathway{}});
  EXPECT_EQ(walk.frames(), 22);
  EXPECT_FALSE(walk.whole_video());
  EXPECT_EQ(walk.step(2, 22)->frames[0], (sdk::FrameRange{15, 22}));
  EXPECT_EQ(walk.step(3, 22), std::nullopt);
}

TEST(PlanWalk, RepeatsStepsUntilTheVideoEnds) {
  const PlanWalk walk(whole_video_plan(), {sdk::Pathway{}});
  EXPECT_TRUE(walk.whole_video());
  EXPECT_EQ(walk.step(3, 14)->frames[0], (sdk::FrameRange{10, 13}));
  EXPECT_THAT(walk.positions(4, 14), ElementsAre(13, 14, 15));  // the last frame is there, the rest is held
  EXPECT_EQ(walk.step(5, 14), std::nullopt);
  EXPECT_THAT(walk.positions(5, 14), IsEmpty());
  EXPECT_TRUE(walk.step(1000, 1000000).has_value());
}

TEST(PlanWalk, KnowsThePlaceOfARepeatedStepInTheList) {
  sdk::Plan plan = whole_video_plan();
  plan.steps.push_back(step(7, 10, 1));
  const PlanWalk walk(plan, {sdk::Pathway{}});
  std::vector<std::int64_t> places;
  for (std::int64_t index = 0; index < 7; ++index) places.push_back(walk.place(index));
  EXPECT_THAT(places, ElementsAre(0, 1, 2, 1, 2, 1, 2));
}

TEST(PlanWalk, FindsEachPathwaysFramesAmongThoseRead) {
  const PlanWalk walk(two_pathway_plan(), {{"slow", 1}, {"fast", 4}});
  EXPECT_EQ(walk.frames(), 8);
  EXPECT_EQ(walk.grid_stride(), 2);
  EXPECT_THAT(walk.positions(0, 8), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  EXPECT_THAT(walk.places(0, 8)[0], ElementsAre(0, 4));
  EXPECT_THAT(walk.places(0, 8)[1], ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
}

TEST(PlanWalk, GivesTheWindowThatAPredictionStandsFor) {
  const PlanWalk walk(whole_video_plan(), {sdk::Pathway{}});
  EXPECT_THAT(walk.window(*walk.step(1, 100)), ElementsAre(3, 4, 5, 6));
}

TEST(PlanWalk, RefusesPlansThatContradictThemselves) {
  sdk::Plan plan;
  EXPECT_EQ(error_of(plan),
            "the schedule's plan is not valid: the plan has no steps; add a step (rule schedule.has-steps)");
  plan.steps = {step(0, 8, 1)};
  EXPECT_THAT(error_of(plan), HasSubstr("step 0 has an overlap of 1, but there is nothing before it"));
  plan.steps = {step(0, 8, 0), step(8, 8, 1)};
  EXPECT_THAT(error_of(plan), HasSubstr("step 1 has no new frames"));
  plan.steps = {step(0, 8, 0), step(20, 28, 1)};
  EXPECT_THAT(error_of(plan), HasSubstr("step 1 overlaps by 1 and begins at frame 20, but the step before ends at 8"));
  plan.steps = {step(0, 8, 0), step(8, 15, 1)};
  plan.steps[1].loss_weight = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(error_of(plan), HasSubstr("step 1 has the loss_weight nan"));
  plan.steps[1].loss_weight = 1;
  plan.steps[1].detach = false;
  EXPECT_THAT(error_of(plan), HasSubstr("step 1 continues the gradient"));
  plan.steps[0].backward = false;
  EXPECT_EQ(error_of(plan), "");
  plan.carry.momentum = 1.5;
  EXPECT_THAT(error_of(plan), HasSubstr("momentum"));
  EXPECT_THAT(error_of(two_pathway_plan()), HasSubstr("step 0 has 2 ranges of frames, not 1"));
  plan = {};
  plan.steps = {step(0, 8, 0), step(8, 15, 1)};
  plan.clip.frames = 15;
  EXPECT_EQ(error_of(plan), "");
  plan.clip.frames = 16;
  EXPECT_THAT(error_of(plan), HasSubstr("clip.frames is 16, but the steps end at frame 15"));
  plan.clip.frames = 15;
  plan.repeat_from = 1;
  EXPECT_THAT(error_of(plan), HasSubstr("repeat_from is set and clip.frames is 15"));
}

TEST(PlanWalk, RefusesClipsThatCannotBe) {
  sdk::Plan plan;
  plan.steps = {step(0, 8, 0)};
  plan.clip.size = -1;
  EXPECT_THAT(error_of(plan), HasSubstr("clip.size is -1"));
  plan.clip.size = 112;
  plan.clip.batch = -2;
  EXPECT_THAT(error_of(plan), HasSubstr("clip.batch is -2"));
  plan.clip.batch = 16;
  plan.clip.frames = -8;
  EXPECT_THAT(error_of(plan), HasSubstr("clip.frames is -8"));
  plan.clip.frames = 8;
  plan.learning_rate_scale = -1;
  EXPECT_THAT(error_of(plan), HasSubstr("learning_rate_scale is -1"));
}

TEST(PlanWalk, RefusesGradientsThatReachTooFar) {
  const auto error_with = [](const std::vector<std::int64_t>& reaches, const auto& change) {
    sdk::Plan plan;
    for (std::size_t i = 0; i < reaches.size(); ++i) {
      const auto begin = static_cast<std::int64_t>(4 * i);
      plan.steps.push_back(step(begin, begin + 4, 0));
      plan.steps.back().gradient_reach = reaches[i];
    }
    change(plan);
    return error_of(plan);
  };
  const auto nothing = [](sdk::Plan&) {};
  EXPECT_EQ(error_with({0, 1, 2, 2}, nothing), "");
  EXPECT_EQ(error_with({0, 1, 0, 1}, nothing), "");
  EXPECT_THAT(error_with({0, -1}, nothing), HasSubstr("step 1 has a negative gradient_reach"));
  EXPECT_THAT(error_with({1}, nothing), HasSubstr("step 0 reaches back (gradient_reach), but"));
  EXPECT_THAT(error_with({0, 0, 2}, nothing), HasSubstr("step 2 reaches back 2 steps, but the graphs of only 1"));
  EXPECT_THAT(error_with({0, 1, 2}, [](sdk::Plan& plan) { plan.steps[0].optimizer_step = true; }),
              HasSubstr("step 1 reaches back through step 0, after which the weights are updated"));
  EXPECT_THAT(error_with({0, 1}, [](sdk::Plan& plan) { plan.steps[1].backward = false; }),
              HasSubstr("but back-propagates nothing"));
  EXPECT_THAT(error_with({0, 1},
                         [](sdk::Plan& plan) {
                           plan.steps[0].backward = false;
                           plan.steps[1].detach = false;
                         }),
              HasSubstr("needs detach = true"));
  EXPECT_THAT(error_with({0, 1, 1}, [](sdk::Plan& plan) { plan.passes = sdk::Passes::two; }),
              HasSubstr("with two passes nothing crosses"));
  // What repeats follows itself.
  EXPECT_THAT(error_with({0, 1, 0},
                         [](sdk::Plan& plan) {
                           plan.repeat_from = 1;
                           plan.steps[2].optimizer_step = true;
                         }),
              HasSubstr("step 1 reaches back through step 2"));
}

TEST(PlanWalk, RefusesARepetitionThatContinuesADoneGradient) {
  sdk::Plan plan = whole_video_plan();
  plan.steps[0].backward = false;
  plan.steps[1].detach = false;
  try {
    PlanWalk(plan, {sdk::Pathway{}});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("step 1 continues, as it repeats, the gradient of the last step"));
  }
}

TEST(PlanWalk, CountsTheStepsThatAClipHasFramesFor) {
  const PlanWalk whole(whole_video_plan(), {sdk::Pathway{}});
  EXPECT_EQ(whole.steps(1), 1);
  EXPECT_EQ(whole.steps(4), 1);
  EXPECT_EQ(whole.steps(5), 2);
  EXPECT_EQ(whole.steps(11), 4);
  sdk::Plan plan = whole_video_plan();
  plan.repeat_from.reset();
  const PlanWalk fixed(plan, {sdk::Pathway{}});
  EXPECT_EQ(fixed.steps(4), 1);
  EXPECT_EQ(fixed.steps(100), 2);
}

TEST(PlanWalk, TakesPositionsThatThePlanSays) {
  sdk::Plan plan = two_pathway_plan();
  plan.steps[0].positions = {{1, 5}, {}};
  const std::vector<sdk::Pathway> pathways{{"slow", 1}, {"fast", 4}};
  const PlanWalk walk(plan, pathways);
  EXPECT_EQ(walk.frames(), 8);
  EXPECT_THAT(walk.positions(0, 8), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  EXPECT_THAT(walk.places(0, 8), ElementsAre(ElementsAre(1, 5), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7)));
}

TEST(PlanWalk, RefusesPositionsThatDoNotFit) {
  const std::vector<sdk::Pathway> pathways{{"slow", 1}, {"fast", 4}};
  const auto error_with = [&](std::vector<std::vector<std::int64_t>> positions) {
    sdk::Plan plan = two_pathway_plan();
    plan.steps[0].positions = std::move(positions);
    return error_of(plan, pathways);
  };
  EXPECT_EQ(error_with({{0, 4}, {}}), "");
  EXPECT_THAT(error_with({{0, 4}}), HasSubstr("has 1 lists of positions, not 2"));
  EXPECT_THAT(error_with({{0, 4, 5}, {}}), HasSubstr("has 3 positions for the new frames [0, 2)"));
  EXPECT_THAT(error_with({{4, 0}, {}}), HasSubstr("do not ascend"));
  EXPECT_THAT(error_with({{-1, 0}, {}}), HasSubstr("negative"));
}

}  // namespace
}  // namespace pgt::walk
