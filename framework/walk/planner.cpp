#include "walk/planner.hpp"

#include <utility>

#include <pgt/sdk/testing/rules/answers.hpp>

#include "base/error.hpp"
#include "config/setting_error.hpp"

namespace pgt::walk {

Planner::Planner(std::string name, const sdk::Schedule& schedule, sdk::PlanRequest run)
    : name_(std::move(name)), schedule_(schedule), run_(std::move(run)) {}

PlanWalk Planner::plan(const sdk::PlanRequest& request, const std::string& of_what) const {
  try {
    sdk::Plan plan = schedule_.plan(request);
    if (request.phase == sdk::Phase::train) {
      std::call_once(compared_, [&] { require_same_again(request, plan); });
    }
    return {std::move(plan), run_.pathways};
  } catch (const config::SettingError& error) {
    throw config::SettingError(error.key(), "schedule \"" + name_ + "\", " + of_what + ": " + error.what());
  } catch (const Error& error) {
    throw Error(error.code(), "schedule \"" + name_ + "\", " + of_what + ": " + error.what());
  }
}

void Planner::require_same_again(const sdk::PlanRequest& request, const sdk::Plan& first) const {
  using sdk::testing::lines_of;
  const std::string where = sdk::testing::difference(lines_of(first), lines_of(schedule_.plan(request)));
  if (where.empty()) return;
  throw Error(ExitCode::plugin, "asked twice for the same, it plans otherwise: " + where +
                                    "; equal requests must give equal plans, or a resumed run is another one "
                                    "(docs/write-a-schedule.md)");
}

PlanWalk Planner::training(std::int64_t epoch, std::int64_t iteration) const {
  sdk::PlanRequest request = run_;
  request.phase = sdk::Phase::train;
  request.epoch = epoch;
  request.iteration = iteration;
  return plan(request, "epoch " + std::to_string(epoch + 1) + ", iteration " + std::to_string(iteration + 1) +
                           " of the training");
}

PlanWalk Planner::evaluation() const {
  sdk::PlanRequest request = run_;
  request.phase = sdk::Phase::evaluate;
  return plan(request, "evaluation");
}

std::int64_t Planner::iterations(std::int64_t epoch, std::int64_t first) const {
  std::int64_t count = 0;
  for (std::int64_t units = 0; units < run_.units; ++count)
    units += batch_of(training(epoch, first + count), run_.batch);
  return count;
}

std::int64_t batch_of(const PlanWalk& plan, std::int64_t batch_size) {
  const std::int64_t batch = plan.plan().clip.batch;
  return batch > 0 ? batch : batch_size;
}

std::int64_t size_of(const PlanWalk& walk, const config::DataOptions& data) {
  const std::int64_t size = walk.plan().clip.size;
  return size > 0 ? size : data.size;
}

std::int64_t units_of(const sdk::Dataset& dataset, const config::DataOptions& data) {
  return static_cast<std::int64_t>(dataset.size(sdk::Split::train)) * data.lanes;
}

sdk::PlanRequest requests_of(std::vector<sdk::Pathway> pathways, const sdk::Dataset* dataset,
                             const config::TrainOptions& train, const config::DataOptions& data) {
  sdk::PlanRequest run;
  run.epochs = train.epochs;
  run.units = dataset ? units_of(*dataset, data) : 0;
  run.batch = train.batch_size;
  run.size = data.size;
  run.seed = static_cast<std::uint64_t>(train.seed);
  run.pathways = std::move(pathways);
  return run;
}

}  // namespace pgt::walk
