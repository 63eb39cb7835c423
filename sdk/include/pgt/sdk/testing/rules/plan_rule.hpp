/// A rule of a single plan: what the tables in rules_of_frames.hpp, rules_of_gradients.hpp and rules_of_numbers.hpp
/// hold, and what their checks share. Includes no torch header.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include <pgt/sdk/testing/rules/answers.hpp>
#include <pgt/sdk/testing/rules/requests.hpp>
#include <pgt/sdk/testing/rules/rule.hpp>

namespace pgt::sdk {
inline namespace v1 {
namespace testing {

/// A rule looks at what is there: a plan whose lists are too short breaks the rules about their lengths, and no other.
struct PlanRule {
  RuleText text;
  /// What is wrong with the plan; empty: nothing. Of the request it reads the phase and the pathways.
  std::string (*wrong)(const Plan& plan, const PlanRequest& request);
};

namespace detail {

/// The first step of which something is wrong.
template <class Check>
std::string in_every_step(const Plan& plan, Check check) {
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const std::string wrong = check(plan.steps[i], i);
    if (!wrong.empty()) return "step " + std::to_string(i) + " " + wrong;
  }
  return "";
}

/// The first step and pathway, of those that the step has, of which something is wrong. The step before is null in
/// front of the first.
template <class Check>
std::string in_every_range(const Plan& plan, const PlanRequest& request, Check check) {
  return in_every_step(plan, [&](const Step& step, std::size_t index) -> std::string {
    const std::size_t pathways = std::min({step.frames.size(), step.overlap.size(), request.pathways.size()});
    for (std::size_t p = 0; p < pathways; ++p) {
      const Step* before = index > 0 ? &plan.steps[index - 1] : nullptr;
      if (before != nullptr && std::min(before->frames.size(), before->overlap.size()) < pathways) return "";
      const std::string wrong = check(step, before, p);
      if (!wrong.empty()) return wrong + " (pathway " + request.pathways[p].name + ")";
    }
    return "";
  });
}

inline std::string wrong_count(const char* what, std::size_t has, std::size_t needs) {
  return has == needs ? "" : "has " + std::to_string(has) + " " + what + ", not " + std::to_string(needs);
}

inline std::int64_t length(const FrameRange& range) { return range.end - range.begin; }

}  // namespace detail
}  // namespace testing
}  // namespace v1
}  // namespace pgt::sdk
