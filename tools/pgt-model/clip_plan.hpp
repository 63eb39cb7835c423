/// The plan of a clip that a backbone is tried on.
#pragma once

#include <vector>

#include <pgt/sdk/schedule.hpp>

#include "clip_shape.hpp"
#include "walk/plan_walk.hpp"

namespace pgt::model {

/// The clip's steps, all of one length, with its overlap.
walk::PlanWalk plan_of(const std::vector<sdk::Pathway>& pathways, const ClipShape& clip, const sdk::CarryRule& rule,
                       bool detach);

/// Such steps without end, each detached: walk them with `endless` frames.
walk::PlanWalk endless_plan_of(const std::vector<sdk::Pathway>& pathways, const ClipShape& clip,
                               const sdk::CarryRule& rule);
constexpr std::int64_t endless = std::int64_t{1} << 40;

}  // namespace pgt::model
