// The numbers of a plan, and that something is learned by it.

#include <algorithm>
#include <cmath>

#include "every_plan.hpp"
#include "lines.hpp"
#include "walk/plan_walk.hpp"

namespace pgt::check {
namespace {

std::string sizes(const Asked& asked) {
  const sdk::Plan& plan = asked.plan;
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

std::string loss_weights(const Asked& asked) {
  return in_every_step(asked, [](const sdk::Step& step, std::size_t) {
    const bool fits = std::isfinite(step.loss_weight) && step.loss_weight >= 0;
    return fits ? "" : "has the loss_weight " + text_of(step.loss_weight);
  });
}

std::string learning_rate_scale(const Asked& asked) {
  const double scale = asked.plan.learning_rate_scale;
  return std::isfinite(scale) && scale >= 0 ? "" : "learning_rate_scale is " + text_of(scale);
}

std::string momentum(const Asked& asked) {
  const double momentum = asked.plan.carry.momentum;
  return momentum >= 0 && momentum <= 1 ? "" : "carry.momentum is " + text_of(momentum);
}

std::string known_values(const Asked& asked) {
  const sdk::Plan& plan = asked.plan;
  const auto wrong = [](const char* name, auto value, auto last) -> std::string {
    const int number = static_cast<int>(value);
    return number < 0 || number > static_cast<int>(last) ? std::string(name) + " is " + std::to_string(number) : "";
  };
  return wrong("carry.reduce", plan.carry.reduce, sdk::Reduce::mean) +
         wrong("carry.sites", plan.carry.sites, sdk::SiteFilter::all) +
         wrong("carry.head_reduce", plan.carry.head_reduce.value_or(sdk::Reduce::last), sdk::Reduce::mean) +
         wrong("passes", plan.passes, sdk::Passes::two) + wrong("gradients", plan.gradients, sdk::GradientScale::sum) +
         wrong("ensemble", plan.ensemble, sdk::Ensemble::reference);
}

/// What is gathered is back-propagated after the step itself, a later one or, by the host, at the end of the clip.
std::string learns(const Asked& asked) {
  if (asked.request.phase != sdk::Phase::train || asked.plan.passes == sdk::Passes::two) return "";
  const bool has_loss =
      std::ranges::any_of(asked.plan.steps, [](const sdk::Step& step) { return step.loss_weight > 0; });
  return has_loss || asked.plan.steps.empty() ? "" : "no step of a training plan has a loss_weight over 0";
}

/// The host's own word on it, for what the others do not say: which gradients are still there.
std::string host_takes_it(const Asked& asked) {
  try {
    walk::PlanWalk(asked.plan, asked.request.pathways);
    return "";
  } catch (const std::exception& error) {
    return error.what();
  }
}

constexpr ScheduleRule plan_rules[] = {
    {{"schedule.sizes", "frames, size and batch of the clip are not negative, head_bins is at least 1",
      "schedule.hpp: ClipShape::size", "0 means what the run file says"},
     in_every_plan<sizes>},
    {{"schedule.loss-weight", "a loss_weight is finite and not negative", "schedule.hpp: Step::loss_weight",
      "look for a division by 0"},
     in_every_plan<loss_weights>},
    {{"schedule.learning-rate-scale", "learning_rate_scale is finite and not negative",
      "schedule.hpp: Plan::learning_rate_scale", "look for a division by 0, as with 0 units or the last epoch"},
     in_every_plan<learning_rate_scale>},
    {{"schedule.momentum", "carry.momentum is in [0, 1]", "schedule.hpp: CarryRule::momentum",
      "say so in describe: .range(0, 1)"},
     in_every_plan<momentum>},
    {{"schedule.known-values", "enumerations have values that the SDK names", "schedule.hpp: Ensemble",
      "do not cast numbers to enumerations"},
     in_every_plan<known_values>},
    {{"schedule.learns", "a plan for training has a step with a loss", "schedule.hpp: Step::loss_weight",
      "give a step a loss_weight over 0"},
     in_every_plan<learns>},
    {{"schedule.host-takes-it", "the host takes the plan: what is back-propagated is still there",
      "schedule.hpp: Step::backward",
      "detach = false follows a step with backward = false; see docs/write-a-schedule.md"},
     in_every_plan<host_takes_it>},
};

}  // namespace

std::span<const ScheduleRule> rules_of_plans() { return plan_rules; }

}  // namespace pgt::check
