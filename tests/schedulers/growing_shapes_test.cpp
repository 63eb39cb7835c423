// Schedules whose clips change from epoch to epoch, and the clip in one step that they are compared with.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "schedulers/planner.hpp"
#include "schedulers/same_plan.hpp"

namespace pgt {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

std::vector<std::size_t> steps_of_epochs(const Planner& planner, std::int64_t epochs) {
  std::vector<std::size_t> steps;
  for (std::int64_t epoch = 0; epoch < epochs; ++epoch) {
    sdk::PlanRequest request;
    request.epoch = epoch;
    request.epochs = epochs;
    steps.push_back(planner.plan(request).steps.size());
  }
  return steps;
}

TEST(CurriculumSchedule, GrowsByAsManyStepsInEqualTimes) {
  const Settings four{{"steps", std::int64_t{4}}};
  EXPECT_THAT(steps_of_epochs(Planner("curriculum", four), 12), ElementsAre(1, 1, 2, 2, 3, 3, 4, 4, 4, 4, 4, 4));
  Settings from_two = four;
  from_two.emplace_back("first_steps", std::int64_t{2});
  from_two.emplace_back("growth", 1.0);
  EXPECT_THAT(steps_of_epochs(Planner("curriculum", from_two), 4), ElementsAre(2, 2, 3, 3));
  EXPECT_THAT(steps_of_epochs(Planner("curriculum", {{"growth", 0.0}}), 2), ElementsAre(5, 5));
}

TEST(CurriculumSchedule, EvaluatesAndEndsAsPgt) {
  const Planner curriculum("curriculum", {});
  const sdk::Plan pgt = Planner("pgt", {}).plan();
  EXPECT_TRUE(same_plan(curriculum.plan({sdk::Pathway{}}, sdk::Phase::evaluate), pgt));
  sdk::PlanRequest last;
  last.epoch = 9;
  last.epochs = 10;
  EXPECT_TRUE(same_plan(curriculum.plan(last), pgt));
  EXPECT_THAT(Planner("curriculum", {{"first_steps", std::int64_t{6}}}).problems(),
              ElementsAre(Field(&sdk::Problem::option, "first_steps")));
}

TEST(PgtMultigridSchedule, HasTheShapeOfPgtWithTheEpochsStepsAndLengths) {
  const Planner grid("pgt_multigrid", {{"grid_learning_rate", std::vector<double>{1, 2, 3, 4}}});
  sdk::PlanRequest request;
  request.epochs = 10;
  request.pathways = {{"slow", 1}, {"fast", 4}};
  const std::vector<std::pair<std::int64_t, std::int64_t>> shapes{{5, 8}, {6, 7}, {7, 6}, {9, 5}};
  for (std::size_t i = 0; i < 4; ++i) {
    request.epoch = static_cast<std::int64_t>(i) + 4;
    sdk::Plan expected = Planner("pgt", {{"steps", shapes[i].first}, {"step_length", shapes[i].second}}).plan(request);
    expected.learning_rate_scale = static_cast<double>(i + 1);
    EXPECT_TRUE(same_plan(grid.plan(request), expected)) << i;
  }
}

TEST(PgtMultigridSchedule, FinishesWithTheShapeOfEvaluation) {
  const Planner grid("pgt_multigrid", {}), without("pgt_multigrid", {{"fine_tune", false}});
  sdk::PlanRequest last;
  last.epoch = 9;
  last.epochs = 10;
  const sdk::Plan pgt = Planner("pgt", {}).plan();
  EXPECT_TRUE(same_plan(grid.plan(last), pgt));
  EXPECT_TRUE(same_plan(grid.plan({sdk::Pathway{}}, sdk::Phase::evaluate), pgt));
  EXPECT_EQ(without.plan(last).steps.size(), 6U);
}

TEST(PgtMultigridSchedule, NamesListsThatDoNotFit) {
  EXPECT_THAT(Planner("pgt_multigrid", {{"grid_steps", std::vector<std::int64_t>{5}}}).problems(),
              ElementsAre(Field(&sdk::Problem::option, "grid_step_length")));
  EXPECT_THAT(Planner("pgt_multigrid", {{"overlap", std::int64_t{6}}}).problems(),
              ElementsAre(Field(&sdk::Problem::text, HasSubstr("over the overlap (6)"))));
}

TEST(WholeSchedule, ShowsPgtsFramesInOneStep) {
  const Settings settings{{"steps", std::int64_t{6}}, {"step_length", std::int64_t{8}}, {"stride", std::int64_t{2}}};
  const std::vector<sdk::Pathway> pathways{{"slow", 1}, {"fast", 4}};
  const sdk::Plan whole = Planner("whole", settings).plan(pathways), pgt = Planner("pgt", settings).plan(pathways);
  EXPECT_EQ(whole.clip.frames, pgt.clip.frames);
  EXPECT_EQ(whole.clip.stride, pgt.clip.stride);
  ASSERT_EQ(whole.steps.size(), 1U);
  EXPECT_THAT(whole.steps[0].frames, ElementsAre(sdk::FrameRange{0, 43}, sdk::FrameRange{0, 172}));
  EXPECT_TRUE(whole.steps[0].optimizer_step);
}

TEST(TwoPassSchedule, WalksAsPgtInTwoPasses) {
  sdk::Plan expected = Planner("pgt", {{"reduce", std::string("max")}, {"head", false}}).plan();
  expected.passes = sdk::Passes::two;
  const Planner two_pass("two_pass", {{"reduce", std::string("max")}});
  EXPECT_TRUE(same_plan(two_pass.plan(), expected));
  EXPECT_TRUE(same_plan(two_pass.plan({sdk::Pathway{}}, sdk::Phase::evaluate), expected));
}

}  // namespace
}  // namespace pgt
