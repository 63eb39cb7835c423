#include "walk/planner.hpp"

#include <utility>

namespace pgt::walk {

Planner::Planner(const sdk::Schedule& schedule, std::vector<sdk::Pathway> pathways, std::uint64_t seed)
    : schedule_(schedule), pathways_(std::move(pathways)), seed_(seed) {}

PlanWalk Planner::ask(sdk::PlanRequest request) const {
  request.seed = seed_;
  request.pathways = pathways_;
  return {schedule_.plan(request), pathways_};
}

PlanWalk Planner::training(std::int64_t epoch, std::int64_t iteration) const {
  sdk::PlanRequest request;
  request.phase = sdk::Phase::train;
  request.epoch = epoch;
  request.iteration = iteration;
  return ask(std::move(request));
}

PlanWalk Planner::evaluation() const {
  sdk::PlanRequest request;
  request.phase = sdk::Phase::evaluate;
  return ask(std::move(request));
}

}  // namespace pgt::walk
