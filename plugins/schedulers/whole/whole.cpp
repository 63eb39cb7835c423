// The frames that pgt walks through in steps, in a single step: end to end, with the memory that this takes. The upper
// reference for everything that carries.

#include <pgt/sdk/plugin.hpp>

#include "schedulers/common/progression.hpp"

namespace {

namespace sdk = pgt::sdk;

struct WholeOptions : pgt::schedulers::Shape {
  void describe(sdk::Options& o) { Shape::describe(o, /*all=*/false); }
};

class Whole final : public sdk::Schedule {
 public:
  using Options = WholeOptions;
  Whole(const Options& options, const sdk::ScheduleContext&) : options_(options) {}

  sdk::Plan plan(const sdk::PlanRequest& request) const override {
    sdk::Plan plan;
    plan.clip.frames = pgt::schedulers::clip_frames(options_.steps, options_.step_length, options_.overlap);
    plan.clip.stride = pgt::schedulers::strides(options_.stride, request.pathways);
    sdk::Step step;
    for (const sdk::Pathway& pathway : request.pathways) {
      step.frames.push_back({0, plan.clip.frames * pathway.ratio});
      step.overlap.push_back(0);
    }
    step.optimizer_step = true;
    plan.steps = {std::move(step)};
    return plan;
  }

 private:
  Options options_;
};

}  // namespace

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.schedule.whole";
  plugin.version = "0.1.0";
  plugin.add_schedule<Whole>("whole", "the frames of pgt's clip in one step, end to end: the upper reference");
}
