/// The rules of a single plan. Includes no torch header.
#pragma once

#include <pgt/sdk/testing/rules/of_frames.hpp>
#include <pgt/sdk/testing/rules/of_gradients.hpp>
#include <pgt/sdk/testing/rules/of_numbers.hpp>

namespace pgt::sdk {
inline namespace v1 {
namespace testing {

/// Calls `take` with every rule that a plan must keep to be walked: the host tries them before it runs one.
template <class Take>
void for_each_walk_rule(Take&& take) {
  for (const PlanRule& rule : rules_of_frames) take(rule);
  for (const PlanRule& rule : rules_of_numbers) take(rule);
  for (const PlanRule& rule : rules_of_gradients) take(rule);
}

/// Calls `take` with every rule of a single plan.
template <class Take>
void for_each_plan_rule(Take&& take) {
  for_each_walk_rule(take);
  for (const PlanRule& rule : rules_of_pathways) take(rule);
}

}  // namespace testing
}  // namespace v1
}  // namespace pgt::sdk
