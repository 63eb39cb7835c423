// A curriculum: PGT over clips that grow while training, from a few steps to all of them.

#include <algorithm>

#include <pgt/sdk/plugin.hpp>

#include "schedulers/common/progression.hpp"

namespace {

namespace sdk = pgt::sdk;

struct CurriculumOptions : pgt::schedulers::Progression {
  std::int64_t first_steps = 1;
  double growth = 0.5;

  void describe(sdk::Options& o) {
    Progression::describe(o, /*all=*/false);
    o("first_steps", first_steps).range(1, 100000).unit("steps").help("steps per clip in the first epoch");
    o("growth", growth)
        .range(0, 1)
        .help("part of the training in which clips grow, by as many steps in equal times, until they have all steps");
  }
  void check(sdk::Problems& problems) const {
    Progression::check(problems);
    if (first_steps <= steps) return;
    problems.push_back({"first_steps", "must not be more than steps (" + std::to_string(steps) + ")"});
  }
};

class Curriculum final : public sdk::Schedule {
 public:
  using Options = CurriculumOptions;
  Curriculum(const Options& options, const sdk::ScheduleContext&) : options_(options) {}

  sdk::Plan plan(const sdk::PlanRequest& request) const override {
    pgt::schedulers::Progression now = options_;
    if (request.phase == sdk::Phase::train) now.steps = steps_in(request);
    return now.plan(request.pathways);
  }

 private:
  /// The time of growth is divided equally among all lengths but the last, which is that of all epochs after it.
  std::int64_t steps_in(const sdk::PlanRequest& request) const {
    const std::int64_t lengths = options_.steps - options_.first_steps;
    const double growing = options_.growth * static_cast<double>(request.epochs);
    if (static_cast<double>(request.epoch) >= growing) return options_.steps;
    return options_.first_steps + static_cast<std::int64_t>(static_cast<double>(lengths * request.epoch) / growing);
  }

  Options options_;
};

}  // namespace

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.schedule.curriculum";
  plugin.version = "0.1.0";
  plugin.add_schedule<Curriculum>("curriculum", "pgt over clips that grow while training");
}
