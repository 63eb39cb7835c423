/// `check`: the network and the schedule on the first steps.
#pragma once

#include "cli/engine/first_steps.hpp"
#include "session/forecast.hpp"
#include "walk/plan_walk.hpp"

namespace pgt::cli {

/// Whether the network keeps a video's state to itself: two of the videos, one after the other and interleaved. Throws
/// Error(plugin) where it does. `plan`: of the steps.
void check_interleaving(const session::Session& session, const walk::PlanWalk& plan, const FirstSteps& read,
                        const run::Display& display);

/// The first videos of the steps, which stand for all in what is tried. With boxes all of them: those of two may show
/// none.
std::vector<walk::Portion> trial_portions(const session::Session& session, const FirstSteps& read);

/// Learns from the steps as training does, but for the update. On a CPU, which is slow and where all costs grow with
/// the videos, from the first two videos alone.
session::Trial check_training(const session::Session& session, const walk::PlanWalk& plan, const FirstSteps& read,
                              const run::Display& display);

/// Prints how long an epoch will take. `steps`: of a clip, on average.
void print_time(const session::Session& session, const FirstSteps& read, const session::Trial& trial, double steps);

}  // namespace pgt::cli
