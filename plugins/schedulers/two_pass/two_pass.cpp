// Two passes: the features of all steps, the head over all of them at once, then each step again with the gradient of
// its features (docs/method.md M3.9).

#include <pgt/sdk/plugin.hpp>

#include "schedulers/common/progression.hpp"

namespace {

namespace sdk = pgt::sdk;

class TwoPass final : public sdk::Schedule {
 public:
  struct Options : pgt::schedulers::Shape {
    sdk::Reduce reduce = sdk::Reduce::last;
    double momentum = 0;

    void describe(sdk::Options& o) {
      Shape::describe(o, /*all=*/true);
      o("reduce", reduce, {{"last", sdk::Reduce::last}, {"max", sdk::Reduce::max}, {"mean", sdk::Reduce::mean}})
          .help("what a site carries: its last frames, or their maximum or mean over time");
      o("momentum", momentum).range(0, 1).help("weight of the previous carry in the new one");
    }
  };

  TwoPass(const Options& options, const sdk::ScheduleContext&) : options_(options) {}

  sdk::Plan plan(const sdk::PlanRequest& request) const override {
    pgt::schedulers::Progression steps;
    static_cast<pgt::schedulers::Shape&>(steps) = options_;
    steps.reduce = options_.reduce;
    steps.momentum = options_.momentum;
    steps.head = false;  // it sees all features at once
    sdk::Plan plan = steps.plan(request.pathways);
    plan.passes = sdk::Passes::two;
    return plan;
  }

 private:
  Options options_;
};

}  // namespace

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.schedule.two_pass";
  plugin.version = "0.1.0";
  plugin.add_schedule<TwoPass>("two_pass", "exact gradients of a head over the whole clip, at the memory of one step");
}
