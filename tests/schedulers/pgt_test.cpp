#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "schedulers/planner.hpp"

namespace pgt {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

using Ranges = std::vector<sdk::FrameRange>;

constexpr std::int64_t all = 0;  // what the word "all" stands for

Settings sizes(std::int64_t steps, std::int64_t length, std::int64_t overlap) {
  return {{"steps", steps}, {"step_length", length}, {"overlap", overlap}};
}

Settings with(Settings settings, const std::string& key, sdk::OptionValue value) {
  settings.emplace_back(key, std::move(value));
  return settings;
}

std::string text(const char* word) { return word; }

Ranges ranges(const sdk::Plan& plan, std::size_t pathway = 0) {
  Ranges found;
  for (const sdk::Step& step : plan.steps) found.push_back(step.frames[pathway]);
  return found;
}

/// docs/method.md M1.1, one row of its table.
struct Row {
  std::int64_t steps, length, overlap, frames;
  Ranges ranges;
};

TEST(PgtSchedule, CutsClipsAsTheSpecificationTabulates) {
  const Row rows[] = {{5, 8, 1, 36, {{0, 8}, {8, 15}, {15, 22}, {22, 29}, {29, 36}}},
                      {5, 16, 1, 76, {{0, 16}, {16, 31}, {31, 46}, {46, 61}, {61, 76}}},
                      {5, 32, 4, 144, {{0, 32}, {32, 60}, {60, 88}, {88, 116}, {116, 144}}},
                      {5, 64, 1, 316, {{0, 64}, {64, 127}, {127, 190}, {190, 253}, {253, 316}}},
                      {5, 64, 4, 304, {{0, 64}, {64, 124}, {124, 184}, {184, 244}, {244, 304}}},
                      {6, 8, 1, 43, {{0, 8}, {8, 15}, {15, 22}, {22, 29}, {29, 36}, {36, 43}}},
                      {1, 8, 1, 8, {{0, 8}}}};
  for (const Row& row : rows) {
    const sdk::Plan plan = Planner("pgt", sizes(row.steps, row.length, row.overlap)).plan();
    EXPECT_EQ(plan.clip.frames, row.frames);
    EXPECT_EQ(ranges(plan), row.ranges);
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
      EXPECT_THAT(plan.steps[i].overlap, ElementsAre(i == 0 ? 0 : row.overlap));
    }
  }
}

TEST(PgtSchedule, ScalesLengthAndOverlapWithThePathwaysRatio) {
  const std::vector<sdk::Pathway> pathways{{"slow", 1}, {"fast", 4}};
  const sdk::Plan plan = Planner("pgt", with(sizes(5, 8, 1), "stride", std::int64_t{2})).plan(pathways);
  EXPECT_EQ(ranges(plan, 0), (Ranges{{0, 8}, {8, 15}, {15, 22}, {22, 29}, {29, 36}}));
  EXPECT_EQ(ranges(plan, 1), (Ranges{{0, 32}, {32, 60}, {60, 88}, {88, 116}, {116, 144}}));
  EXPECT_THAT(plan.steps[1].overlap, ElementsAre(1, 4));
  EXPECT_THAT(plan.clip.stride, ElementsAre(8, 2));
  EXPECT_EQ(plan.clip.frames, 36);

  const sdk::Plan long_clip = Planner("pgt", sizes(5, 16, 1)).plan(pathways);
  EXPECT_EQ(long_clip.clip.frames, 76);
  EXPECT_EQ(long_clip.steps.back().frames[1].end, 304);
}

TEST(PgtSchedule, LearnsFromEveryStepAndUpdatesOnceAClip) {
  const sdk::Plan plan = Planner("pgt", sizes(3, 8, 1)).plan();
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(plan.steps[i].detach);
    EXPECT_TRUE(plan.steps[i].backward);
    EXPECT_EQ(plan.steps[i].optimizer_step, i == 2);
    EXPECT_EQ(plan.steps[i].loss_weight, 1);
  }
  EXPECT_EQ(plan.gradients, sdk::GradientScale::mean);
}

TEST(PgtSchedule, MayUpdateAfterEveryStep) {
  const sdk::Plan plan = Planner("pgt", with(sizes(3, 8, 1), "update", text("step"))).plan();
  EXPECT_THAT(plan.steps, ElementsAre(Field(&sdk::Step::optimizer_step, true), Field(&sdk::Step::optimizer_step, true),
                                      Field(&sdk::Step::optimizer_step, true)));
}

TEST(PgtSchedule, BackPropagatesOnceWhenTheGradientGoesThroughTheCarry) {
  const sdk::Plan plan = Planner("pgt", with(sizes(3, 8, 1), "detach", false)).plan();
  EXPECT_THAT(plan.steps, ElementsAre(Field(&sdk::Step::backward, false), Field(&sdk::Step::backward, false),
                                      Field(&sdk::Step::backward, true)));
  EXPECT_FALSE(plan.steps[1].detach);
  EXPECT_FALSE(plan.steps[2].detach);
}

TEST(PgtSchedule, RepeatsTheSecondStepUntilTheVideoEnds) {
  const sdk::Plan plan = Planner("pgt", sizes(all, 8, 1)).plan();
  EXPECT_EQ(plan.clip.frames, 0);
  EXPECT_EQ(ranges(plan), (Ranges{{0, 8}, {8, 15}}));
  ASSERT_EQ(plan.repeat_from, 1U);
  const walk::PlanWalk walk(plan, {sdk::Pathway{}});
  EXPECT_THAT(walk.step(4, 36)->frames, ElementsAre(sdk::FrameRange{29, 36}));
  EXPECT_FALSE(walk.step(5, 36));
  EXPECT_TRUE(walk.step(5, 37));
}

TEST(PgtSchedule, EvaluatesStepByStepOrTheWholeClip) {
  const auto evaluate = [](const Settings& settings) {
    return Planner("pgt", settings).plan({sdk::Pathway{}}, sdk::Phase::evaluate);
  };
  const sdk::Plan progressive = evaluate(with(sizes(5, 8, 1), "ensemble", text("max")));
  EXPECT_EQ(progressive.steps.size(), 5U);
  EXPECT_EQ(progressive.ensemble, sdk::Ensemble::max);
  EXPECT_EQ(progressive.head_bins, 1);

  const Settings whole = with(with(sizes(5, 8, 1), "eval", text("whole")), "head_bins", std::int64_t{4});
  EXPECT_EQ(ranges(evaluate(whole)), (Ranges{{0, 36}}));
  EXPECT_EQ(evaluate(whole).head_bins, 4);
  EXPECT_EQ(Planner("pgt", whole).plan().steps.size(), 5U) << "training stays progressive";
}

TEST(PgtSchedule, AddsUpTheStepsPredictionsAsPublishedOnlyWithCompat) {
  const auto ensemble = [](const Settings& settings) {
    return Planner("pgt", settings).plan({sdk::Pathway{}}, sdk::Phase::evaluate).ensemble;
  };
  const Settings reference{{"compat", text("reference")}};
  EXPECT_EQ(ensemble({}), sdk::Ensemble::automatic);
  EXPECT_EQ(ensemble({{"ensemble", text("sum")}}), sdk::Ensemble::mean) << "its older name";
  EXPECT_EQ(ensemble(reference), sdk::Ensemble::reference);
  EXPECT_EQ(ensemble(with(reference, "ensemble", text("mean"))), sdk::Ensemble::mean);
}

TEST(PgtSchedule, SaysWhatIsCarried) {
  const sdk::Plan plain = Planner("pgt", sizes(5, 8, 1)).plan();
  EXPECT_EQ(plain.carry.reduce, sdk::Reduce::last);
  EXPECT_EQ(plain.carry.sites, sdk::SiteFilter::temporal);
  EXPECT_TRUE(plain.carry.head);
  EXPECT_FALSE(plain.carry.head_reduce);

  const sdk::Plan set =
      Planner("pgt", {{"reduce", text("max")}, {"momentum", 0.25}, {"sites", text("all")}, {"head", false}}).plan();
  EXPECT_EQ(set.carry.reduce, sdk::Reduce::max);
  EXPECT_EQ(set.carry.momentum, 0.25);
  EXPECT_EQ(set.carry.sites, sdk::SiteFilter::all);
  EXPECT_FALSE(set.carry.head);
  EXPECT_FALSE(set.carry.head_reduce);
}

TEST(PgtSchedule, HasTheQuirksOfTheReferenceWhereAsked) {
  const sdk::Plan max = Planner("pgt", {{"compat", text("reference")}, {"reduce", text("max")}}).plan();
  EXPECT_EQ(max.carry.sites, sdk::SiteFilter::all);
  EXPECT_EQ(max.carry.head_reduce, sdk::Reduce::mean);
  EXPECT_EQ(max.gradients, sdk::GradientScale::sum);
  const sdk::Plan last = Planner("pgt", {{"compat", text("reference")}}).plan();
  EXPECT_FALSE(last.carry.head_reduce);
}

TEST(PgtSchedule, NamesEveryCombinationThatCannotBe) {
  const auto problem = [](const std::string& option, const std::string& says) {
    return AllOf(Field(&sdk::Problem::option, option), Field(&sdk::Problem::text, HasSubstr(says)));
  };
  EXPECT_THAT(Planner("pgt", {}).problems(), IsEmpty());
  EXPECT_THAT(Planner("pgt", sizes(5, 8, 8)).problems(), ElementsAre(problem("overlap", "less than step_length (8)")));
  EXPECT_THAT(Planner("pgt", with(sizes(all, 8, 1), "detach", false)).problems(),
              ElementsAre(problem("detach", "steps = \"all\"")));
  EXPECT_THAT(Planner("pgt", with({{"update", text("step")}}, "detach", false)).problems(),
              ElementsAre(problem("detach", "update = \"step\"")));
  EXPECT_THAT(Planner("pgt", with(sizes(all, 8, 1), "eval", text("whole"))).problems(),
              ElementsAre(problem("eval", "progressive")));
}

TEST(PgtSchedule, RefusesPathwaysThatDriftApart) {
  const auto error_of = [](const Settings& settings, const std::vector<std::int64_t>& ratios) -> std::string {
    std::vector<sdk::Pathway> pathways(ratios.size());
    for (std::size_t i = 0; i < ratios.size(); ++i) pathways[i].ratio = ratios[i];
    try {
      Planner("pgt", settings).plan(pathways);
    } catch (const std::exception& error) {
      return error.what();
    }
    return "none";
  };
  EXPECT_EQ(error_of(sizes(3, 8, 1), {1, 2, 4}), "none");
  EXPECT_THAT(error_of(sizes(3, 8, 1), {1, 2, 3}),
              testing::HasSubstr("ratio 2 cannot be read in step with one of ratio 3"));
  const Settings reference = with(sizes(3, 8, 6), "compat", text("reference"));
  EXPECT_THAT(error_of(reference, {1, 2}), testing::HasSubstr("use a smaller overlap or fast_overlap"));
}

}  // namespace
}  // namespace pgt
