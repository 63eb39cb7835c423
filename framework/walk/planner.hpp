/// Asks a schedule for its plans: the one place that says what a plan may depend on.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include <pgt/sdk/dataset.hpp>
#include <pgt/sdk/schedule.hpp>

#include "config/run_options.hpp"
#include "walk/plan_walk.hpp"

namespace pgt::walk {

class Planner {
 public:
  /// `name`: of the schedule, for messages. `run`: what is the same in all requests of a run (pathways, seed, epochs,
  /// units, batch, size). Keeps a reference to the schedule.
  Planner(std::string name, const sdk::Schedule& schedule, sdk::PlanRequest run);

  /// The plan of a batch of training clips; `iteration` counts from the start of training. The first time, it is asked
  /// for twice. Throws Error(plugin) that names the schedule and the iteration where there is none, where it
  /// contradicts itself, or where the second is another: then a resumed run would not be the same.
  PlanWalk training(std::int64_t epoch, std::int64_t iteration) const;
  /// The plan of evaluation and prediction.
  PlanWalk evaluation() const;
  /// How many iterations an epoch has whose first is `first`, counted from the start of training: until all units have
  /// been in a batch. Asks for a plan for each of them.
  std::int64_t iterations(std::int64_t epoch, std::int64_t first) const;

 private:
  PlanWalk plan(const sdk::PlanRequest& request, const std::string& of_what) const;
  void require_same_again(const sdk::PlanRequest& request, const sdk::Plan& first) const;

  std::string name_;
  const sdk::Schedule& schedule_;
  sdk::PlanRequest run_;
  mutable std::once_flag compared_;
};

/// How many videos a batch of this plan has; `batch_size` is train.batch_size.
std::int64_t batch_of(const PlanWalk& plan, std::int64_t batch_size);

/// The side of the square that the network sees of clips with this plan.
std::int64_t size_of(const PlanWalk& walk, const config::DataOptions& data);

/// That an epoch visits: the training videos, each as often as data.lanes.
std::int64_t units_of(const sdk::Dataset& dataset, const config::DataOptions& data);

/// What plans may depend on in a run with these options; `dataset` is null where there is none.
sdk::PlanRequest requests_of(std::vector<sdk::Pathway> pathways, const sdk::Dataset* dataset,
                             const config::TrainOptions& train, const config::DataOptions& data);

}  // namespace pgt::walk
