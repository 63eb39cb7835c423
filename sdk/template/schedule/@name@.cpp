/// @name@: PGT over clips that grow by one step every few epochs.

#include <algorithm>

#include <pgt/sdk/plugin.hpp>

namespace {

namespace sdk = pgt::sdk;

class @Class@ final : public sdk::Schedule {
 public:
  /// What a run file can say in [schedule].
  struct Options {
    std::int64_t step_length = 8;
    std::int64_t steps = 5;
    std::int64_t epochs_per_step = 1;
    void describe(sdk::Options& o) {
      o("step_length", step_length).range(2, 1024).unit("frames").help("of a step, carried ones included");
      o("steps", steps).range(1, 1000).help("of the longest clip");
      o("epochs_per_step", epochs_per_step).at_least(1).unit("epochs").help("how long a clip stays at one length");
    }
  };

  @Class@(const Options& options, const sdk::ScheduleContext&) : options_(options) {}

  /// Equal requests get equal plans: draw from `request.seed` and its other fields, never from a clock.
  sdk::Plan plan(const sdk::PlanRequest& request) const override {
    const bool training = request.phase == sdk::Phase::train;
    const std::int64_t grown = 1 + request.epoch / options_.epochs_per_step;
    const std::int64_t steps = training ? std::min(grown, options_.steps) : options_.steps;

    sdk::Plan plan;
    plan.carry.reduce = sdk::Reduce::max;
    for (std::int64_t i = 0; i < steps; ++i) {
      const std::int64_t overlap = i == 0 ? 0 : 1;  // frames that the step before leaves to this one
      const std::int64_t begin = i == 0 ? 0 : i * (options_.step_length - 1) + 1;
      const std::int64_t end = begin + options_.step_length - overlap;
      sdk::Step step;
      for (const sdk::Pathway& pathway : request.pathways) {  // a network may read several frame rates
        step.frames.push_back({begin * pathway.ratio, end * pathway.ratio});
        step.overlap.push_back(overlap * pathway.ratio);
      }
      plan.steps.push_back(step);
    }
    const std::int64_t fastest = std::ranges::max_element(request.pathways, {}, &sdk::Pathway::ratio)->ratio;
    for (const sdk::Pathway& pathway : request.pathways) plan.clip.stride.push_back(fastest / pathway.ratio);
    return plan;
  }

 private:
  Options options_;
};

}  // namespace

PGT_PLUGIN(plugin) {
  plugin.id = "@id@";
  plugin.version = "0.1.0";
  plugin.add_schedule<@Class@>("@name@", "PGT over clips that grow while training");
}
