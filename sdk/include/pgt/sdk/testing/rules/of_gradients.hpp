/// That what a plan back-propagates is still there. Includes no torch header.
#pragma once

#include <cstdint>
#include <string>

#include <pgt/sdk/testing/rules/plan_rule.hpp>

namespace pgt::sdk {
inline namespace v1 {
namespace testing {
namespace detail {

inline std::string continues_what_is_there(const Plan& plan, const PlanRequest&) {
  return in_every_step(plan, [&](const Step& step, std::size_t index) -> std::string {
    if (index > 0 && !step.detach && plan.steps[index - 1].backward)
      return "continues the gradient of a step that has already been back-propagated";
    if (plan.repeat_from == index && !step.detach && plan.steps.back().backward)
      return "continues, as it repeats, the gradient of the last step, which has already been back-propagated";
    return "";
  });
}

/// Which steps' graphs a step's gradient flows back through: they must be there, and their weights unchanged.
inline std::string reach_of(const Plan& plan, const Step& step, std::size_t index) {
  const std::int64_t reach = step.gradient_reach;
  if (reach < 0) return "has a negative gradient_reach";
  if (reach == 0) return "";
  if (index == 0) return "reaches back (gradient_reach), but there is nothing before it";
  if (!step.detach) return "has a gradient_reach, which needs detach = true";
  if (!step.backward) return "has a gradient_reach, but back-propagates nothing";
  for (const bool repeated : {false, true}) {
    const bool repeats = plan.repeat_from && *plan.repeat_from < plan.steps.size() && index >= *plan.repeat_from;
    if (repeated && !repeats) continue;
    std::size_t at = index;  // the steps before it; the first of a repetition follows the last of the list
    for (std::int64_t back = 1; back <= reach && at > 0; ++back) {
      at = repeated && at == *plan.repeat_from ? plan.steps.size() - 1 : at - 1;
      const Step& before = plan.steps[at];
      if (before.optimizer_step)
        return "reaches back through step " + std::to_string(at) + ", after which the weights are updated";
      if (back == 1 && reach > before.gradient_reach + 1) {
        return "reaches back " + std::to_string(reach) + " steps, but the graphs of only " +
               std::to_string(before.gradient_reach + 1) + " are kept";
      }
    }
  }
  return "";
}

inline std::string gradient_reach(const Plan& plan, const PlanRequest&) {
  if (plan.passes != Passes::one) return "";
  return in_every_step(plan, [&](const Step& step, std::size_t index) { return reach_of(plan, step, index); });
}

inline std::string two_passes(const Plan& plan, const PlanRequest&) {
  if (plan.passes != Passes::two) return "";
  return in_every_step(plan, [](const Step& step, std::size_t index) -> std::string {
    if (index > 0 && !step.detach) return "has detach = false, but with two passes nothing crosses its border";
    if (step.gradient_reach != 0) return "has a gradient_reach, but with two passes nothing crosses its border";
    return "";
  });
}

}  // namespace detail

inline constexpr PlanRule rules_of_gradients[] = {
    {{"schedule.gradient-is-there", "a step with detach = false follows one that has not been back-propagated",
      "schedule.hpp: Step::backward", "set backward = false in the step before"},
     detail::continues_what_is_there},
    {{"schedule.gradient-reach", "gradient_reach names steps whose graphs are kept and whose weights are not updated",
      "schedule.hpp: Step::gradient_reach", "let it grow by one from step to step, without updates in between"},
     detail::gradient_reach},
    {{"schedule.two-passes", "with two passes no gradient crosses a step's border by itself", "schedule.hpp: Passes",
      "leave detach and gradient_reach as they are by default"},
     detail::two_passes},
};

}  // namespace testing
}  // namespace v1
}  // namespace pgt::sdk
