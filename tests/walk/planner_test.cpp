#include "walk/planner.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"

namespace pgt::walk {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// Draws a weight from what it has been asked before.
class Counting final : public sdk::Schedule {
 public:
  sdk::Plan plan(const sdk::PlanRequest& request) const override {
    sdk::Step step;
    step.frames = {{0, 8}};
    step.overlap = {0};
    if (request.phase == sdk::Phase::train) step.loss_weight = ++asked;
    sdk::Plan plan;
    plan.steps = {step};
    return plan;
  }
  mutable int asked = 0;
};

TEST(Planner, RefusesASchedulePlanningOtherwiseWhenAskedAgain) {
  const Counting schedule;
  const Planner planner("counting", schedule, {});
  EXPECT_NO_THROW(planner.evaluation());
  try {
    planner.training(2, 40);
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::plugin);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("schedule \"counting\", epoch 3, iteration 41 of the training"),
                                    HasSubstr("steps[0].loss_weight is 1, then 2")));
  }
}

/// Always plans alike.
class Plain final : public sdk::Schedule {
 public:
  sdk::Plan plan(const sdk::PlanRequest&) const override {
    ++asked;
    sdk::Plan plan;
    plan.steps.resize(1);
    plan.steps[0].frames = {{0, 8}};
    plan.steps[0].overlap = {0};
    return plan;
  }
  mutable int asked = 0;
};

TEST(Planner, AsksTwiceForTheFirstPlanAlone) {
  const Plain schedule;
  const Planner planner("plain", schedule, {});
  planner.training(0, 0);
  EXPECT_EQ(schedule.asked, 2);
  planner.training(0, 1);
  EXPECT_EQ(schedule.asked, 3);
}

}  // namespace
}  // namespace pgt::walk
