// Truncated back-propagation through time: PGT whose gradient flows back through the carry for so many steps
// (docs/method.md M3.8).

#include <algorithm>

#include <pgt/sdk/plugin.hpp>

#include "schedulers/common/progression.hpp"

namespace {

namespace sdk = pgt::sdk;

/// Where the gradient is cut. In blocks: at every gradient_steps-th border, for all losses. Sliding: each loss flows
/// back through as many steps.
enum class Window { blocks, sliding };

struct TbpttOptions : pgt::schedulers::Progression {
  std::int64_t gradient_steps = 4;
  Window window = Window::blocks;

  void describe(sdk::Options& o) {
    Progression::describe(o);
    o("gradient_steps", gradient_steps)
        .range(1, 100000)
        .unit("steps")
        .help("how many steps a gradient flows through, its own included; memory grows with it; 1: as pgt");
    o("window", window, {{"blocks", Window::blocks}, {"sliding", Window::sliding}})
        .help(
            "\"blocks\": the gradient is cut at every gradient_steps-th border; \"sliding\": each step's loss flows "
            "back through as many, at the cost of as many backward passes");
  }
};

class Tbptt final : public sdk::Schedule {
 public:
  using Options = TbpttOptions;
  Tbptt(const Options& options, const sdk::ScheduleContext&) : options_(options) {}

  sdk::Plan plan(const sdk::PlanRequest& request) const override {
    sdk::Plan plan = options_.frame(request.pathways);
    const std::int64_t within = options_.gradient_steps;
    const bool blocks = options_.window == Window::blocks;
    std::int64_t listed = options_.steps;
    if (options_.steps == 0) {
      // What repeats is a block, or the first step whose window is whole; the clip's first step cannot.
      const std::int64_t from = blocks ? within : std::max<std::int64_t>(within - 1, 1);
      plan.repeat_from = static_cast<std::size_t>(from);
      listed = from + (blocks ? within : 1);
    } else {
      plan.clip.frames = pgt::schedulers::clip_frames(options_.steps, options_.step_length, options_.overlap);
    }
    for (std::int64_t i = 0; i < listed; ++i) {
      sdk::Step step = options_.step(i, request.pathways);
      if (blocks) {
        step.detach = i % within == 0;
        step.backward = (i + 1) % within == 0 || i + 1 == options_.steps;
      } else {
        step.gradient_reach = std::min(i, within - 1);
      }
      plan.steps.push_back(std::move(step));
    }
    if (options_.steps > 0) plan.steps.back().optimizer_step = true;
    return plan;
  }

 private:
  Options options_;
};

}  // namespace

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.schedule.tbptt";
  plugin.version = "0.1.0";
  plugin.add_schedule<Tbptt>("tbptt", "pgt whose gradient flows back through some steps: truncated back-propagation");
}
