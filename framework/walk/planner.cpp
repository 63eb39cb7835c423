#include "walk/planner.hpp"

#include <utility>

namespace pgt::walk {

Planner::Planner(const sdk::Schedule& schedule, sdk::PlanRequest run) : schedule_(schedule), run_(std::move(run)) {}

PlanWalk Planner::training(std::int64_t epoch, std::int64_t iteration) const {
  sdk::PlanRequest request = run_;
  request.phase = sdk::Phase::train;
  request.epoch = epoch;
  request.iteration = iteration;
  return {schedule_.plan(request), run_.pathways};
}

PlanWalk Planner::evaluation() const {
  sdk::PlanRequest request = run_;
  request.phase = sdk::Phase::evaluate;
  return {schedule_.plan(request), run_.pathways};
}

sdk::PlanRequest requests_of(std::vector<sdk::Pathway> pathways, const sdk::Dataset* dataset,
                             const config::TrainOptions& train, const config::DataOptions& data) {
  sdk::PlanRequest run;
  run.epochs = train.epochs;
  run.units = dataset ? static_cast<std::int64_t>(dataset->size(sdk::Split::train)) * data.lanes : 0;
  run.batch = train.batch_size;
  run.size = data.size;
  run.seed = static_cast<std::uint64_t>(train.seed);
  run.pathways = std::move(pathways);
  return run;
}

}  // namespace pgt::walk
