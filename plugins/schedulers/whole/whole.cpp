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
    const std::int64_t frames = pgt::schedulers::clip_frames(options_.steps, options_.step_length, options_.overlap);
    return pgt::schedulers::single_step(frames, options_.stride, request.pathways);
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
