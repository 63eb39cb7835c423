/// Asks a schedule for its plans: the one place that says what a plan may depend on.
#pragma once

#include <cstdint>
#include <vector>

#include <pgt/sdk/schedule.hpp>

#include "walk/plan_walk.hpp"

namespace pgt::walk {

class Planner {
 public:
  /// Keeps a reference to the schedule.
  Planner(const sdk::Schedule& schedule, std::vector<sdk::Pathway> pathways, std::uint64_t seed);

  /// The plan of a batch of training clips; `iteration` counts from the start of training. Throws Error(plugin) where
  /// the plan contradicts itself.
  PlanWalk training(std::int64_t epoch, std::int64_t iteration) const;
  /// The plan of evaluation and prediction.
  PlanWalk evaluation() const;

 private:
  PlanWalk ask(sdk::PlanRequest request) const;

  const sdk::Schedule& schedule_;
  std::vector<sdk::Pathway> pathways_;
  std::uint64_t seed_;
};

}  // namespace pgt::walk
