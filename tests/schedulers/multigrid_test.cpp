#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "schedulers/planner.hpp"

namespace pgt {
namespace {

using testing::ElementsAre;
using testing::Field;

/// As published for Kinetics (arXiv 1912.00998), with the settings of tests/golden/schedules.json.
Settings published() {
  return {{"stride", std::int64_t{8}},
          {"milestones", std::vector<double>{94, 154, 196}},
          {"base_epochs", 239.0},
          {"warmup_epochs", 34.0}};
}

sdk::PlanRequest at(std::int64_t epoch, std::int64_t iteration) {
  sdk::PlanRequest request;
  request.epoch = epoch;
  request.epochs = 358;
  request.iteration = iteration;
  request.batch = 64;
  request.size = 224;
  return request;
}

TEST(MultigridSchedule, GoesThroughSizesFromIterationToIteration) {
  const Planner grid("multigrid", published());
  const auto shapes = [&](std::int64_t epoch) {
    std::vector<std::pair<std::int64_t, std::int64_t>> shapes;
    for (std::int64_t i = 0; i < 4; ++i) {
      const sdk::Plan plan = grid.plan(at(epoch, i));
      shapes.emplace_back(plan.clip.size, plan.clip.batch);
    }
    return shapes;
  };
  using Pair = std::pair<std::int64_t, std::int64_t>;
  EXPECT_THAT(shapes(0), ElementsAre(Pair{112, 1024}, Pair{158, 512}, Pair{158, 512}, Pair{112, 1024}));
  EXPECT_THAT(shapes(150), ElementsAre(Pair{112, 256}, Pair{158, 128}, Pair{0, 0}, Pair{112, 256}))
      << "0: as the run file says";
}

TEST(MultigridSchedule, TakesFewerFramesOverTheSameTime) {
  const Planner grid("multigrid", published());
  const sdk::Plan first = grid.plan(at(0, 2)), second = grid.plan(at(80, 2)), last = grid.plan(at(357, 2));
  EXPECT_EQ(first.clip.frames, 2);
  EXPECT_THAT(first.clip.stride, ElementsAre(32));
  EXPECT_EQ(second.clip.frames, 4);
  EXPECT_THAT(second.clip.stride, ElementsAre(16));
  EXPECT_EQ(last.clip.frames, 8);
  EXPECT_THAT(last.clip.stride, ElementsAre(8));
}

TEST(MultigridSchedule, EvaluatesTheBaseShape) {
  sdk::PlanRequest request = at(0, 0);
  request.phase = sdk::Phase::evaluate;
  const sdk::Plan plan = Planner("multigrid", published()).plan(request);
  EXPECT_EQ(plan.clip.frames, 8);
  EXPECT_EQ(plan.clip.size, 0);
  EXPECT_EQ(plan.learning_rate_scale, 1);
}

TEST(MultigridSchedule, HasOneLongCycleAndAnEndWithoutMilestones) {
  sdk::PlanRequest request = at(0, 2);
  request.epochs = 15;
  std::vector<std::int64_t> frames;
  for (; request.epoch < 15; ++request.epoch) {
    frames.push_back(Planner("multigrid", {}).plan(request).clip.frames);
  }
  EXPECT_EQ(frames.front(), 2);
  EXPECT_EQ(frames.back(), 8);
  EXPECT_TRUE(std::ranges::is_sorted(frames));
}

TEST(MultigridSchedule, SaysWhatDoesNotFit) {
  EXPECT_THAT(Planner("multigrid", {{"milestones", std::vector<double>{10}}}).problems(),
              ElementsAre(Field(&sdk::Problem::option, "milestones")));
  EXPECT_THAT(Planner("multigrid", {{"long_sizes", std::vector<double>{1}}}).problems(),
              ElementsAre(Field(&sdk::Problem::option, "long_sizes")));
  const auto problem_of = [](const std::string& key, const std::vector<double>& values) {
    Settings settings = published();
    settings.emplace_back(key, values);
    const sdk::Problems problems = Planner("multigrid", settings).problems();
    return problems.empty() ? "none" : problems.front().option + " " + problems.front().text;
  };
  EXPECT_EQ(problem_of("milestones", {94, 154, 196}), "none");
  EXPECT_EQ(problem_of("milestones", {0, 154}), "milestones must ascend from above 0");
  EXPECT_EQ(problem_of("milestones", {94, 94}), "milestones must ascend from above 0");
  EXPECT_EQ(problem_of("milestones", {94, 300}), "milestones must lie within base_epochs");
  EXPECT_EQ(problem_of("long_frames", {1, 0.5, 0.5, 0.5}), "long_frames must end with 1");
  const Planner grid("multigrid", published());
  sdk::PlanRequest request = at(0, 0);
  request.epochs = 239;
  try {
    grid.plan(request);
    FAIL() << "accepted";
  } catch (const std::exception& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("need train.epochs = 358"));
  }
}

}  // namespace
}  // namespace pgt
