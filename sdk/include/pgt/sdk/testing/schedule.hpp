/// A host's stand-in for tests of a schedule.
///
///     using namespace pgt::sdk::testing;
///
///     TEST(MySchedule, KeepsTheRules) { EXPECT_EQ(broken_rules(MySchedule({}, {})), no_broken_rules); }
///
///     TEST(MySchedule, Grows) {
///       const MySchedule schedule({}, {});
///       EXPECT_EQ(plan_of(schedule, training(3)).steps.size(), 4U);
///     }
///
/// Includes no torch header.
#pragma once

#include <stdexcept>
#include <string>

#include <pgt/sdk/testing/rules/of_schedules.hpp>
#include <pgt/sdk/testing/rules/plan_rules.hpp>

namespace pgt::sdk {
inline namespace v1 {
namespace testing {

/// The rules that a plan breaks.
inline BrokenRules broken_rules(const Plan& plan, const PlanRequest& request) {
  BrokenRules all;
  for_each_plan_rule([&](const PlanRule& rule) {
    detail::add_if_broken(all, rule.text, [&] { return broken_if(rule.wrong(plan, request)); });
  });
  return all;
}

/// The rules that a schedule breaks, of some 130 requests: trainings and evaluations of one pathway and of two, long
/// and short ones. What it throws breaks a rule, except for pathways that it does not support.
inline BrokenRules broken_rules(const Schedule& schedule) {
  BrokenRules all;
  const SchedulePlans plans(schedule);
  for (const ScheduleRule& rule : rules_of_schedules) {
    detail::add_if_broken(all, rule.text, [&] { return rule.check(plans); });
  }
  for_each_plan_rule(
      [&](const PlanRule& rule) { detail::add_if_broken(all, rule.text, [&] { return in_every_plan(rule, plans); }); });
  return all;
}

/// The plan for a request: `training(epoch, iteration)`, `evaluation()`, `with_fast(training())` or your own. Throws
/// std::logic_error, which lists the broken rules by name, where there are some.
inline Plan plan_of(const Schedule& schedule, const PlanRequest& request) {
  Plan plan = schedule.plan(request);
  std::string text;
  for (const Broken& broken : broken_rules(plan, request)) text += "\n" + broken.rule + ": " + broken.seen;
  if (!text.empty()) throw std::logic_error("the plan for " + text_of(request) + " breaks" + text);
  return plan;
}

}  // namespace testing
}  // namespace v1
}  // namespace pgt::sdk
