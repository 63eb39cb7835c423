/// `check`: the chosen precision beside float32.
#pragma once

#include "cli/engine/first_steps.hpp"
#include "walk/plan_walk.hpp"

namespace pgt::cli {

/// Where train.precision is not "fp32": learns from the steps in both, and prints by how much losses and gradients
/// differ. `plan`: of the steps.
void check_precision(const session::Session& session, const walk::PlanWalk& plan, const FirstSteps& read,
                     const run::Display& display);

}  // namespace pgt::cli
