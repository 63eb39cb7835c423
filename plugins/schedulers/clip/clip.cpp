// Plain clips: one fragment, one step, nothing carried.

#include <algorithm>

#include <pgt/sdk/plugin.hpp>

#include "schedulers/common/packing.hpp"
#include "schedulers/common/progression.hpp"

namespace {

using pgt::schedulers::Compatibility;

struct ClipOptions {
  std::int64_t frames = 8;
  std::int64_t stride = 1;
  Compatibility compat = Compatibility::none;

  void describe(pgt::sdk::Options& o) {
    o("frames", frames).range(1, 100000).unit("frames").help("frames per clip, counted in the slowest pathway");
    o("stride", stride).range(1, 10000).unit("frames").help("stride of the fastest pathway, in sampled frames");
    o("compat", compat, {{"none", Compatibility::none}, {"reference", Compatibility::reference}})
        .help("\"reference\": a slower pathway's frames span the fastest one's, from the first to the last");
  }
};

class Clip final : public pgt::sdk::Schedule {
 public:
  using Options = ClipOptions;
  Clip(const Options& options, const pgt::sdk::ScheduleContext&) : options_(options) {}

  pgt::sdk::Plan plan(const pgt::sdk::PlanRequest& request) const override {
    pgt::sdk::Plan plan = pgt::schedulers::single_step(options_.frames, options_.stride, request.pathways);
    if (options_.compat == Compatibility::none) return plan;
    std::int64_t fastest = 1;
    for (const pgt::sdk::Pathway& pathway : request.pathways) fastest = std::max(fastest, pathway.ratio);
    for (const pgt::sdk::Pathway& pathway : request.pathways) {
      plan.steps[0].positions.push_back(
          pgt::schedulers::spread(0, options_.frames * fastest - 1, options_.frames * pathway.ratio));
    }
    return plan;
  }

 private:
  Options options_;
};

}  // namespace

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.schedule.clip";
  plugin.version = "0.1.0";
  plugin.add_schedule<Clip>("clip", "plain clips of a fixed number of frames");
}
