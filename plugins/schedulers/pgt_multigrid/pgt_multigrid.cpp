// PGT with multigrid: the shape of the clip, steps of so many frames, changes from epoch to epoch at about the same
// number of frames (docs/method.md M8.3).

#include <pgt/sdk/plugin.hpp>

#include "schedulers/common/progression.hpp"

namespace {

namespace sdk = pgt::sdk;

struct MultigridOptions : pgt::schedulers::Progression {
  std::vector<std::int64_t> grid_steps{5, 6, 7, 9};
  std::vector<std::int64_t> grid_step_length{8, 7, 6, 5};
  std::vector<double> grid_learning_rate{};
  bool fine_tune = true;

  void describe(sdk::Options& o) {
    Progression::describe(o, /*all=*/false);
    o("grid_steps", grid_steps)
        .range(1, 100000)
        .unit("steps")
        .help("steps per clip, epoch after epoch, then from the first again; evaluation keeps steps and step_length");
    o("grid_step_length", grid_step_length).range(1, 100000).unit("frames").help("frames per step in these epochs");
    o("grid_learning_rate", grid_learning_rate)
        .range(0, 1000)
        .help("factors on the learning rate in these epochs; empty: none");
    o("fine_tune", fine_tune).help("the last epoch has the shape of evaluation, and no factor on its learning rate");
  }
  void check(sdk::Problems& problems) const {
    Progression::check(problems);
    const std::string as_many = "must have as many values as grid_steps (" + std::to_string(grid_steps.size()) + ")";
    if (grid_steps.empty()) problems.push_back({"grid_steps", "must have at least one value"});
    if (grid_step_length.size() != grid_steps.size()) problems.push_back({"grid_step_length", as_many});
    if (!grid_learning_rate.empty() && grid_learning_rate.size() != grid_steps.size()) {
      problems.push_back({"grid_learning_rate", as_many});
    }
    for (const std::int64_t length : grid_step_length) {
      if (overlap < length) continue;
      problems.push_back({"grid_step_length", "must be over the overlap (" + std::to_string(overlap) + ") everywhere"});
      break;
    }
  }
};

class PgtMultigrid final : public sdk::Schedule {
 public:
  using Options = MultigridOptions;
  PgtMultigrid(const Options& options, const sdk::ScheduleContext&) : options_(options) {}

  // Frames, sites and pathways all follow from the plan of the epoch: nothing keeps the length of an earlier one.
  sdk::Plan plan(const sdk::PlanRequest& request) const override {
    pgt::schedulers::Progression shape = options_;
    const bool last = options_.fine_tune && request.epoch + 1 >= request.epochs;
    if (request.phase == sdk::Phase::evaluate || last) return shape.plan(request.pathways);
    const std::size_t place = static_cast<std::size_t>(request.epoch) % options_.grid_steps.size();
    shape.steps = options_.grid_steps[place];
    shape.step_length = options_.grid_step_length[place];
    sdk::Plan plan = shape.plan(request.pathways);
    if (!options_.grid_learning_rate.empty()) plan.learning_rate_scale = options_.grid_learning_rate[place];
    return plan;
  }

 private:
  Options options_;
};

}  // namespace

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.schedule.pgt_multigrid";
  plugin.version = "0.1.0";
  plugin.add_schedule<PgtMultigrid>("pgt_multigrid", "pgt whose clips change their shape from epoch to epoch");
}
