/// The numbers of a plan, and that something is learned by it. Includes no torch header.
#pragma once

#include <algorithm>
#include <cmath>

#include <pgt/sdk/testing/rules/plan_rule.hpp>

namespace pgt::sdk {
inline namespace v1 {
namespace testing {
namespace detail {

inline std::string sizes(const Plan& plan, const PlanRequest&) {
  struct Number {
    const char* name;
    std::int64_t value, least;
  };
  for (const Number& number : {Number{"clip.frames", plan.clip.frames, 0}, Number{"clip.size", plan.clip.size, 0},
                               Number{"clip.batch", plan.clip.batch, 0}, Number{"head_bins", plan.head_bins, 1}}) {
    if (number.value < number.least) return std::string(number.name) + " is " + std::to_string(number.value);
  }
  return "";
}

inline std::string loss_weights(const Plan& plan, const PlanRequest&) {
  return in_every_step(plan, [](const Step& step, std::size_t) {
    const bool fits = std::isfinite(step.loss_weight) && step.loss_weight >= 0;
    return fits ? "" : "has the loss_weight " + text_of(step.loss_weight);
  });
}

inline std::string learning_rate_scale(const Plan& plan, const PlanRequest&) {
  const double scale = plan.learning_rate_scale;
  return std::isfinite(scale) && scale >= 0 ? "" : "learning_rate_scale is " + text_of(scale);
}

inline std::string momentum(const Plan& plan, const PlanRequest&) {
  const double momentum = plan.carry.momentum;
  return momentum >= 0 && momentum <= 1 ? "" : "carry.momentum is " + text_of(momentum);
}

inline std::string known_values(const Plan& plan, const PlanRequest&) {
  const auto wrong = [](const char* name, auto value, auto last) -> std::string {
    const int number = static_cast<int>(value);
    return number < 0 || number > static_cast<int>(last) ? std::string(name) + " is " + std::to_string(number) : "";
  };
  return wrong("carry.reduce", plan.carry.reduce, Reduce::mean) +
         wrong("carry.sites", plan.carry.sites, SiteFilter::all) +
         wrong("carry.head_reduce", plan.carry.head_reduce.value_or(Reduce::last), Reduce::mean) +
         wrong("passes", plan.passes, Passes::two) + wrong("gradients", plan.gradients, GradientScale::sum) +
         wrong("ensemble", plan.ensemble, Ensemble::reference);
}

/// What is gathered is back-propagated after the step itself, a later one or, by the host, at the end of the clip.
inline std::string learns(const Plan& plan, const PlanRequest& request) {
  if (request.phase != Phase::train || plan.passes == Passes::two) return "";
  const bool has_loss = std::ranges::any_of(plan.steps, [](const Step& step) { return step.loss_weight > 0; });
  return has_loss || plan.steps.empty() ? "" : "no step of a training plan has a loss_weight over 0";
}

}  // namespace detail

/// The numbers of a plan, and that something is learned by it.
inline constexpr PlanRule rules_of_numbers[] = {
    {{"schedule.sizes", "frames, size and batch of the clip are not negative, head_bins is at least 1",
      "schedule.hpp: ClipShape::size", "0 means what the run file says"},
     detail::sizes},
    {{"schedule.loss-weight", "a loss_weight is finite and not negative", "schedule.hpp: Step::loss_weight",
      "look for a division by 0"},
     detail::loss_weights},
    {{"schedule.learning-rate-scale", "learning_rate_scale is finite and not negative",
      "schedule.hpp: Plan::learning_rate_scale", "look for a division by 0, as with 0 units or the last epoch"},
     detail::learning_rate_scale},
    {{"schedule.momentum", "carry.momentum is in [0, 1]", "schedule.hpp: CarryRule::momentum",
      "say so in describe: .range(0, 1)"},
     detail::momentum},
    {{"schedule.known-values", "enumerations have values that the SDK names", "schedule.hpp: Ensemble",
      "do not cast numbers to enumerations"},
     detail::known_values},
    {{"schedule.learns", "a plan for training has a step with a loss", "schedule.hpp: Step::loss_weight",
      "give a step a loss_weight over 0"},
     detail::learns},
};

}  // namespace testing
}  // namespace v1
}  // namespace pgt::sdk
