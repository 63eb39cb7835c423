/// What the rules of plans share: a check of one plan, made a rule of all that a schedule gives.
#pragma once

#include <cstdint>
#include <string>

#include "rules_of_schedules.hpp"

namespace pgt::check {

/// What is wrong with a plan; empty: nothing.
using PlanCheck = std::string (*)(const Asked&);

template <PlanCheck Check>
Seen in_every_plan(const ScheduleTrial& trial) {
  std::string first;
  std::size_t more = 0;
  for (const Asked& asked : trial.asked()) {
    const std::string wrong = Check(asked);
    if (wrong.empty()) continue;
    if (first.empty()) {
      first = wrong + " (" + text_of(asked.request) + ")";
    } else {
      ++more;
    }
  }
  if (more > 0)
    first += "; so do " + std::to_string(more) + " more of " + std::to_string(trial.asked().size()) + " plans";
  return broken_if(first);
}

/// The first step of which something is wrong.
template <class Check>
std::string in_every_step(const Asked& asked, Check check) {
  for (std::size_t i = 0; i < asked.plan.steps.size(); ++i) {
    const std::string wrong = check(asked.plan.steps[i], i);
    if (!wrong.empty()) return "step " + std::to_string(i) + " " + wrong;
  }
  return "";
}

}  // namespace pgt::check
