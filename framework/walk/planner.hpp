/// Asks a schedule for its plans: the one place that says what a plan may depend on.
#pragma once

#include <cstdint>
#include <vector>

#include <pgt/sdk/dataset.hpp>
#include <pgt/sdk/schedule.hpp>

#include "config/run_options.hpp"
#include "walk/plan_walk.hpp"

namespace pgt::walk {

class Planner {
 public:
  /// `run`: what is the same in all requests of a run (pathways, seed, epochs, units, batch, size). Keeps a reference
  /// to the schedule.
  Planner(const sdk::Schedule& schedule, sdk::PlanRequest run);

  /// The plan of a batch of training clips; `iteration` counts from the start of training. Throws Error(plugin) where
  /// the plan contradicts itself.
  PlanWalk training(std::int64_t epoch, std::int64_t iteration) const;
  /// The plan of evaluation and prediction.
  PlanWalk evaluation() const;

 private:
  const sdk::Schedule& schedule_;
  sdk::PlanRequest run_;
};

/// What plans may depend on in a run with these options; `dataset` is null where there is none.
sdk::PlanRequest requests_of(std::vector<sdk::Pathway> pathways, const sdk::Dataset* dataset,
                             const config::TrainOptions& train, const config::DataOptions& data);

}  // namespace pgt::walk
