#include "clip_plan.hpp"

#include <utility>

namespace pgt::model {
namespace {

sdk::Step step_at(std::int64_t index, const std::vector<sdk::Pathway>& pathways, const ClipShape& clip, bool detach) {
  const std::int64_t fresh = clip.frames - clip.overlap;
  const std::int64_t begin = index == 0 ? 0 : clip.frames + (index - 1) * fresh;
  const std::int64_t end = clip.frames + index * fresh;
  sdk::Step step;
  for (const sdk::Pathway& pathway : pathways) {
    step.frames.push_back({begin * pathway.ratio, end * pathway.ratio});
    step.overlap.push_back(index == 0 ? 0 : clip.overlap * pathway.ratio);
  }
  step.detach = detach;
  return step;
}

sdk::Plan plan_with(std::int64_t steps, const std::vector<sdk::Pathway>& pathways, const ClipShape& clip,
                    const sdk::CarryRule& rule, bool detach) {
  sdk::Plan plan;
  plan.carry = rule;
  for (std::int64_t i = 0; i < steps; ++i) {
    plan.steps.push_back(step_at(i, pathways, clip, detach));
    plan.steps.back().backward = detach || i + 1 == steps;
  }
  return plan;
}

}  // namespace

walk::PlanWalk plan_of(const std::vector<sdk::Pathway>& pathways, const ClipShape& clip, const sdk::CarryRule& rule,
                       bool detach) {
  return {plan_with(clip.steps, pathways, clip, rule, detach), pathways};
}

walk::PlanWalk endless_plan_of(const std::vector<sdk::Pathway>& pathways, const ClipShape& clip,
                               const sdk::CarryRule& rule) {
  sdk::Plan plan = plan_with(2, pathways, clip, rule, true);
  plan.repeat_from = 1;
  return {std::move(plan), pathways};
}

}  // namespace pgt::model
