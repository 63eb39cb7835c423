#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "schedulers/planner.hpp"
#include "schedulers/same_plan.hpp"

namespace pgt {
namespace {

using testing::ElementsAre;

sdk::Plan tbptt(std::int64_t steps, std::int64_t within, const std::string& window) {
  return Planner("tbptt", {{"steps", steps}, {"gradient_steps", within}, {"window", window}}).plan();
}

template <class Value>
std::vector<Value> each(const sdk::Plan& plan, Value sdk::Step::*field) {
  std::vector<Value> values;
  for (const sdk::Step& step : plan.steps) values.push_back(step.*field);
  return values;
}

TEST(TbpttSchedule, CutsTheGradientBetweenBlocks) {
  const sdk::Plan plan = tbptt(5, 2, "blocks");
  EXPECT_THAT(each(plan, &sdk::Step::detach), ElementsAre(true, false, true, false, true));
  EXPECT_THAT(each(plan, &sdk::Step::backward), ElementsAre(false, true, false, true, true));
  EXPECT_THAT(each(plan, &sdk::Step::optimizer_step), ElementsAre(false, false, false, false, true));
}

TEST(TbpttSchedule, LetsEachLossReachBackOverASlidingWindow) {
  const sdk::Plan plan = tbptt(5, 3, "sliding");
  EXPECT_THAT(each(plan, &sdk::Step::gradient_reach), ElementsAre(0, 1, 2, 2, 2));
  EXPECT_THAT(each(plan, &sdk::Step::detach), ElementsAre(true, true, true, true, true));
  EXPECT_THAT(each(plan, &sdk::Step::backward), ElementsAre(true, true, true, true, true));
}

TEST(TbpttSchedule, IsPgtWithAWindowOfOneStep) {
  const sdk::Plan pgt = Planner("pgt", {}).plan();
  EXPECT_TRUE(same_plan(tbptt(5, 1, "blocks"), pgt));
  EXPECT_TRUE(same_plan(tbptt(5, 1, "sliding"), pgt));
}

TEST(TbpttSchedule, IsPgtWithoutDetachWithAWindowOfAllSteps) {
  EXPECT_TRUE(same_plan(tbptt(5, 5, "blocks"), Planner("pgt", {{"detach", false}}).plan()));
  EXPECT_TRUE(same_plan(tbptt(5, 9, "blocks"), Planner("pgt", {{"detach", false}}).plan()));
}

TEST(TbpttSchedule, RepeatsWhatKeepsTheWindowUntilTheVideoEnds) {
  for (const std::string window : {"blocks", "sliding"}) {
    for (const std::int64_t within : {1, 2, 3, 4}) {
      const walk::PlanWalk all(tbptt(0, within, window), {sdk::Pathway{}});
      const sdk::Plan fixed = tbptt(20, within, window);
      for (std::int64_t i = 0; i < 19; ++i) {
        const sdk::Step step = *all.step(i, 1000);
        const sdk::Step& expected = fixed.steps[static_cast<std::size_t>(i)];
        EXPECT_TRUE(same_step(step, expected, i)) << window << " of " << within << ", step " << i;
      }
    }
  }
}

}  // namespace
}  // namespace pgt
