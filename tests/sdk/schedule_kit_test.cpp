// pgt/sdk/testing/schedule.hpp, as an author's test uses it. That every rule finds its fault is tested with pgt-plugin
// (tests/plugin_tool/faults_test.cpp), which tries the same ones.

#include <gmock/gmock.h>

#include <functional>
#include <new>
#include <random>
#include <stdexcept>

#include <pgt/sdk/testing/schedule.hpp>

namespace pgt::sdk {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::PrintToString;

/// Two steps of eight frames that overlap by one, and what is wrong with them.
class TwoSteps final : public Schedule {
 public:
  using Spoil = std::function<void(Plan&, const PlanRequest&)>;
  explicit TwoSteps(Spoil spoil = [](Plan&, const PlanRequest&) {}) : spoil_(std::move(spoil)) {}
  Plan plan(const PlanRequest& request) const override {
    Plan plan;
    plan.steps.resize(2);
    const std::int64_t fastest = request.pathways.back().ratio;
    for (const Pathway& pathway : request.pathways) {
      plan.clip.stride.push_back(fastest / pathway.ratio);
      plan.steps[0].frames.push_back({0, 8 * pathway.ratio});
      plan.steps[0].overlap.push_back(0);
      plan.steps[1].frames.push_back({8 * pathway.ratio, 15 * pathway.ratio});
      plan.steps[1].overlap.push_back(pathway.ratio);
    }
    spoil_(plan, request);
    return plan;
  }

 private:
  Spoil spoil_;
};

std::vector<std::string> names_of(const testing::BrokenRules& broken) {
  std::vector<std::string> names;
  for (const testing::Broken& one : broken) names.push_back(one.rule);
  return names;
}

TEST(ScheduleKit, FindsNothingWhereNothingIsWrong) {
  const TwoSteps schedule;
  EXPECT_EQ(testing::broken_rules(schedule), testing::no_broken_rules);
  EXPECT_EQ(testing::plan_of(schedule, testing::training(3)).steps.size(), 2U);
  EXPECT_EQ(testing::plan_of(schedule, testing::with_fast(testing::evaluation(), 8)).clip.stride,
            (std::vector<std::int64_t>{8, 1}));
}

TEST(ScheduleKit, NamesTheRuleAndWhatToDo) {
  const TwoSteps schedule([](Plan& plan, const PlanRequest&) { plan.steps[1].frames[0].begin += 2; });
  const testing::BrokenRules broken = testing::broken_rules(schedule.plan({}), {});
  ASSERT_EQ(names_of(broken), std::vector<std::string>{"schedule.contiguous"});
  EXPECT_EQ(PrintToString(broken.front()),
            "schedule.contiguous: step 1 overlaps by 1 and begins at frame 10, but the step before ends at 8 (pathway "
            "rgb); begin where the step before ends, or carry nothing over the gap");
  EXPECT_EQ(names_of(testing::broken_rules(schedule)), std::vector<std::string>{"schedule.contiguous"});
  try {
    testing::plan_of(schedule, testing::training(1, 2));
    FAIL() << "the plan is given";
  } catch (const std::logic_error& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("training, epoch 1, iteration 10"), HasSubstr("schedule.contiguous: ")));
  }
}

TEST(ScheduleKit, FindsWhatIsWrongLaterInATraining) {
  const TwoSteps schedule([](Plan& plan, const PlanRequest& request) {
    if (request.epoch == 5) plan.steps[0].loss_weight = -1;
  });
  EXPECT_THAT(testing::broken_rules(schedule),
              ElementsAre(AllOf(Field(&testing::Broken::rule, "schedule.loss-weight"),
                                Field(&testing::Broken::seen, HasSubstr("training, epoch 5")))));
}

TEST(ScheduleKit, LetsAScheduleDeclineAnEvaluationAndAWholeTraining) {
  const TwoSteps no_evaluation([](Plan&, const PlanRequest& request) {
    if (request.phase == Phase::evaluate && request.pathways.size() > 1) throw std::runtime_error("one pathway only");
  });
  EXPECT_EQ(testing::broken_rules(no_evaluation), testing::no_broken_rules);
  const TwoSteps no_training([](Plan&, const PlanRequest& request) {
    if (request.phase == Phase::train && request.pathways.size() > 1) throw std::runtime_error("one pathway only");
  });
  EXPECT_EQ(testing::broken_rules(no_training), testing::no_broken_rules);
}

TEST(ScheduleKit, FindsATrainingThatIsDeclinedInItsMiddle) {
  const TwoSteps schedule([](Plan&, const PlanRequest& request) {
    if (request.epoch == 5 && request.pathways.size() > 1) throw std::runtime_error("the table ends here");
  });
  EXPECT_THAT(testing::broken_rules(schedule),
              ElementsAre(AllOf(Field(&testing::Broken::rule, "schedule.plans-to-the-end"),
                                Field(&testing::Broken::seen, HasSubstr("the table ends here (training, epoch 5")))));
}

TEST(ScheduleKit, FindsPlansThatAreDrawn) {
  const TwoSteps schedule(
      [](Plan& plan, const PlanRequest&) { plan.steps[0].loss_weight = 1 + std::random_device{}() % 100'000; });
  EXPECT_EQ(names_of(testing::broken_rules(schedule)),
            (std::vector<std::string>{"schedule.same-again", "schedule.same-in-any-order"}));
}

TEST(ScheduleKit, WhatIsThrownIsTold) {
  const TwoSteps never([](Plan&, const PlanRequest&) { throw std::runtime_error("steps is too large"); });
  EXPECT_THAT(testing::broken_rules(never),
              ElementsAre(AllOf(Field(&testing::Broken::rule, "schedule.plans"),
                                Field(&testing::Broken::seen, HasSubstr("steps is too large")))));
  const TwoSteps large([](Plan&, const PlanRequest&) { throw std::bad_alloc(); });
  EXPECT_THROW(testing::broken_rules(large), std::bad_alloc) << "of the machine, not of the schedule";
  const TwoSteps one_pathway([](Plan&, const PlanRequest& request) {
    if (request.pathways.size() > 1) throw std::runtime_error("one pathway only");
  });
  EXPECT_EQ(testing::broken_rules(one_pathway), testing::no_broken_rules);
}

}  // namespace
}  // namespace pgt::sdk
