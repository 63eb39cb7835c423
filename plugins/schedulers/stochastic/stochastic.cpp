// Stochastic back-propagation: every step is computed and carries on, a random part of them is learned from
// (arXiv 2203.16755, for steps in place of tokens).

#include <algorithm>
#include <cmath>

#include <pgt/sdk/plugin.hpp>

#include "schedulers/common/draw.hpp"
#include "schedulers/common/progression.hpp"

namespace {

namespace sdk = pgt::sdk;

struct StochasticOptions : pgt::schedulers::Progression {
  double keep = 0.5;

  void describe(sdk::Options& o) {
    Progression::describe(o);
    o("keep", keep)
        .range(0.001, 1)
        .help(
            "share of the steps that are back-propagated, drawn anew for each batch; at least one, with steps = "
            "\"all\" of every 16, so that short videos may teach nothing; 1: as pgt");
  }
};

class Stochastic final : public sdk::Schedule {
 public:
  using Options = StochasticOptions;
  Stochastic(const Options& options, const sdk::ScheduleContext&) : options_(options) {}

  sdk::Plan plan(const sdk::PlanRequest& request) const override {
    sdk::Plan plan = options_.plan(request.pathways);
    constexpr std::int64_t round = 16;  // steps, of a video of any length: one draw, repeated
    const std::int64_t steps = options_.steps == 0 ? round : options_.steps;
    if (options_.steps == 0) {
      plan.steps.clear();
      for (std::int64_t i = 0; i < 2 * round; ++i) plan.steps.push_back(options_.step(i, request.pathways));
      plan.repeat_from = round;
    }
    if (request.phase == sdk::Phase::evaluate) return plan;
    const std::int64_t kept = std::max<std::int64_t>(1, std::llround(options_.keep * static_cast<double>(steps)));
    const std::vector<bool> drawn = pgt::schedulers::draw_some(kept, steps, request.seed, request.iteration);
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
      // A step is drawn with probability kept / steps: so weighed, the expected gradient is that of all of them.
      const bool is_drawn = drawn[i % drawn.size()];
      plan.steps[i].loss_weight = is_drawn ? static_cast<double>(steps) / static_cast<double>(kept) : 0;
    }
    return plan;
  }

 private:
  Options options_;
};

}  // namespace

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.schedule.stochastic";
  plugin.version = "0.1.0";
  plugin.add_schedule<Stochastic>("stochastic", "pgt that learns from a random part of the steps of each clip");
}
