// bench-boundary: what the border between host and plugins costs. Prints microseconds for a plan of 50 steps of the
// schedule pgt, and the time of a forward of a small network through the host's guard beside the plugin's own. Exit
// code 1: more than 10 µs, or more than 1 %.

#include <torch/torch.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <functional>
#include <limits>

#include "nn/carry.hpp"
#include "nn/guarded_backbone.hpp"
#include "nn/tensor_memory.hpp"

namespace {

using pgt::plugin::Kind;

constexpr double most_microseconds = 10, most_ratio = 1.01;
constexpr std::int64_t frames = 8, side = 64;

/// Seconds of CPU time.
double seconds_of(int times, const std::function<void()>& call) {
  const std::clock_t begin = std::clock();
  for (int i = 0; i < times; ++i) call();
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC / times;
}

void assign(pgt::sdk::OptionSet& options, const std::string& name, std::int64_t value) {
  for (const auto& option : options.fields().all()) {
    if (option->spec.name == name) option->assign(value);
  }
}

/// The best of several rounds: other programs only add to it.
double plan_microseconds(pgt::plugin::Registry& registry) {
  const auto options = registry.options(Kind::schedule, "pgt");
  assign(*options, "steps", 50);
  const auto schedule = registry.make_schedule("pgt", *options, {});
  double best = std::numeric_limits<double>::infinity();
  std::size_t steps = 0;
  for (int round = 0; round < 20; ++round) {
    best = std::min(best, seconds_of(2000, [&] { steps = schedule->plan({}).steps.size(); }));
  }
  return steps == 50 ? 1e6 * best : std::numeric_limits<double>::infinity();
}

/// The plugin's, which remembers what it made.
class Remembering final : public pgt::sdk::BackboneFactory {
 public:
  explicit Remembering(const pgt::sdk::BackboneFactory& own) : own_(own) {}
  std::unique_ptr<pgt::sdk::OptionSet> options() const override { return own_.options(); }
  std::unique_ptr<pgt::sdk::Backbone> create(const pgt::sdk::OptionSet& options,
                                             const pgt::sdk::BackboneContext& context) const override {
    auto backbone = own_.create(options, context);
    made = backbone.get();
    return backbone;
  }
  mutable pgt::sdk::Backbone* made = nullptr;

 private:
  const pgt::sdk::BackboneFactory& own_;
};

/// A forward through the guard, and the plugin's own.
struct Forwards {
  double guarded = std::numeric_limits<double>::infinity(), own = guarded;
};

Forwards time_forwards(pgt::plugin::Registry& registry, bool training) {
  const auto options = registry.options(Kind::backbone, "slow");
  assign(*options, "depth", 18);
  assign(*options, "width", 16);
  const Remembering factory(registry.backbone_factory("slow"));
  const auto guarded = pgt::nn::make_backbone("slow", factory, *options, {10}, 0);
  pgt::sdk::Backbone& own = *factory.made;
  guarded->train(training);
  const at::AutoGradMode gradients(training);
  const pgt::sdk::Fragment fragment{{torch::rand({2, 3, frames, side, side})}, 1, {}};
  const pgt::sdk::Step step{{{0, frames}}, {0}};
  pgt::nn::SlotCarry carry(own.info().sites, {});
  const auto forward = [&](pgt::sdk::Backbone& backbone) {
    carry.begin_step(true, step, nullptr);
    backbone.forward(fragment, carry);
  };
  Forwards best;
  for (int round = 0; round < 500; ++round) {
    if (round % 2 == 0) best.own = std::min(best.own, seconds_of(1, [&] { forward(own); }));
    best.guarded = std::min(best.guarded, seconds_of(1, [&] { forward(*guarded); }));
    if (round % 2 == 1) best.own = std::min(best.own, seconds_of(1, [&] { forward(own); }));
  }
  return best;
}

bool print_forwards(const char* mode, const Forwards& forwards) {
  const double ratio = forwards.guarded / forwards.own;
  std::printf("forward in %-11s %8.3f ms through the guard, %8.3f ms of the plugin's own: %.4f\n", mode,
              1e3 * forwards.guarded, 1e3 * forwards.own, ratio);
  return ratio <= most_ratio;
}

}  // namespace

int main() {
  torch::set_num_threads(1);
  pgt::nn::use_tensor_memory();
  const auto folder = std::filesystem::canonical("/proc/self/exe").parent_path().parent_path();
  const std::filesystem::path plugins[] = {folder / "plugins"};
  pgt::plugin::Registry registry(plugins, folder / "pgt-host");
  const double plan = plan_microseconds(registry);
  std::printf("plan of 50 steps       %8.3f us\n", plan);
  const bool evaluation = print_forwards("evaluation", time_forwards(registry, false));
  const bool training = print_forwards("training", time_forwards(registry, true));
  return plan <= most_microseconds && evaluation && training ? 0 : 1;
}
