// A schedule with one fault, which the option `fault` names; without it, a good one. tests/plugin_tool says which rule
// finds it.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cfenv>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <limits>
#include <map>
#include <random>
#include <stdexcept>
#include <thread>

#include <pgt/sdk/plugin.hpp>

namespace {

namespace sdk = pgt::sdk;

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
volatile int zero = 0;
volatile bool waiting = true;

/// Three steps of eight frames that overlap by one.
sdk::Plan good_plan(const sdk::PlanRequest& request) {
  sdk::Plan plan;
  for (std::int64_t i = 0, begin = 0; i < 3; ++i) {
    sdk::Step step;
    const std::int64_t overlap = i == 0 ? 0 : 1, end = begin + 8 - overlap;
    for (const sdk::Pathway& pathway : request.pathways) {
      step.frames.push_back({begin * pathway.ratio, end * pathway.ratio});
      step.overlap.push_back(overlap * pathway.ratio);
      plan.clip.stride.resize(request.pathways.size(), 1);
    }
    plan.steps.push_back(step);
    begin = end;
  }
  const std::int64_t fastest = request.pathways.back().ratio;
  for (std::size_t p = 0; p < request.pathways.size(); ++p) plan.clip.stride[p] = fastest / request.pathways[p].ratio;
  plan.clip.frames = 22;
  return plan;
}

bool at_iteration_4(const sdk::PlanRequest& request) {
  return request.phase == sdk::Phase::train && request.iteration == 4;
}

int counted = 0;

using Spoil = std::function<void(sdk::Plan&, const sdk::PlanRequest&)>;

const std::map<std::string, Spoil>& plan_faults() {
  static const std::map<std::string, Spoil> faults{
      {"no_steps", [](auto& plan, auto&) { plan.steps.clear(); }},
      {"one_range", [](auto& plan, auto&) { plan.steps[1].frames.resize(1); }},
      {"one_overlap", [](auto& plan, auto&) { plan.steps[1].overlap.clear(); }},
      {"no_new_frames", [](auto& plan, auto&) { plan.steps[1].frames[0].end = plan.steps[1].frames[0].begin; }},
      {"negative_begin", [](auto& plan, auto&) { plan.steps[0].frames[0].begin = -1; }},
      {"outside", [](auto& plan, auto&) { plan.clip.frames = 10; }},
      {"reads_twice", [](auto& plan, auto&) { plan.steps[1].frames[0].begin -= 1; }},
      {"gap", [](auto& plan, auto&) { plan.steps[1].frames[0].begin += 2; }},
      {"first_overlap", [](auto& plan, auto&) { plan.steps[0].overlap[0] = 1; }},
      {"long_overlap", [](auto& plan, auto&) { plan.steps[1].overlap[0] = 1000; }},
      {"negative_overlap", [](auto& plan, auto&) { plan.steps[1].overlap[0] = -1; }},
      {"positions",
       [](auto& plan, auto&) {
         plan.steps[0].positions = {{3, 2, 1}};
       }},
      {"strides", [](auto& plan, auto&) { plan.clip.stride.push_back(3); }},
      {"zero_stride", [](auto& plan, auto&) { plan.clip.stride[0] = 0; }},
      {"equal_strides", [](auto& plan, auto& request) { plan.clip.stride.assign(request.pathways.size(), 1); }},
      {"repeats_nothing", [](auto& plan, auto&) { plan.clip.frames = 0, plan.repeat_from = 3; }},
      {"repeats_a_clip", [](auto& plan, auto&) { plan.repeat_from = 1; }},
      {"negative_size", [](auto& plan, auto&) { plan.clip.size = -1; }},
      {"no_bins", [](auto& plan, auto&) { plan.head_bins = 0; }},
      {"loss_weight", [](auto& plan, auto&) { plan.steps[2].loss_weight = not_a_number; }},
      {"learning_rate", [](auto& plan, auto&) { plan.learning_rate_scale = 1.0 / zero; }},
      {"momentum", [](auto& plan, auto&) { plan.carry.momentum = not_a_number; }},
      {"unknown_value", [](auto& plan, auto&) { plan.ensemble = static_cast<sdk::Ensemble>(9); }},
      {"no_loss",
       [](auto& plan, auto&) {
         for (sdk::Step& step : plan.steps) step.loss_weight = 0;
       }},
      {"gradient_is_gone", [](auto& plan, auto&) { plan.steps[1].detach = false; }},
      {"reaches_too_far", [](auto& plan, auto&) { plan.steps[1].gradient_reach = 2; }},
      {"two_passes", [](auto& plan, auto&) { plan.passes = sdk::Passes::two, plan.steps[1].gradient_reach = 1; }},
      {"bad_later",
       [](auto& plan, auto& request) {
         if (at_iteration_4(request)) plan.steps[1].frames[0].begin += 2;
       }},
      {"throws", [](auto&, auto&) { throw std::runtime_error("no plan"); }},
      {"throws_later",
       [](auto&, auto& request) {
         if (at_iteration_4(request)) throw std::runtime_error("no plan now");
       }},
      {"random", [](auto& plan, auto&) { plan.steps[0].loss_weight = 1 + std::random_device{}() % 1000; }},
      {"counts", [](auto& plan, auto&) { plan.steps[0].loss_weight = 1 + ++counted / 2; }},
      {"of_thread",
       [](auto& plan, auto&) {
         static thread_local const int number = counted++;
         plan.steps[0].loss_weight = 1 + number;
       }},
      {"of_process", [](auto& plan, auto&) { plan.steps[0].loss_weight = getpid(); }},
      {"slow", [](auto&, auto& request) { usleep(request.epochs == 10 && request.pathways.size() == 1 ? 70'000 : 0); }},
      {"exits", [](auto&, auto&) { std::exit(0); }},
      {"exits_at_once", [](auto&, auto&) { _exit(0); }},
      {"crashes", [](auto&, auto&) { std::raise(SIGSEGV); }},
      {"aborts", [](auto&, auto&) { std::abort(); }},
      {"divides",
       [](auto& plan, auto& request) { plan.steps[0].loss_weight = 1 + 8 % static_cast<int>(request.units); }},
      {"never_returns",
       [](auto&, auto&) {
         while (waiting) {
         }
       }},
      {"eats_memory",
       [](auto& plan, auto&) {
         for (std::size_t steps = 1; waiting; steps *= 2) plan.steps.reserve(steps);  // none is touched: it is quick
       }},
      {"locale", [](auto&, auto&) { std::setlocale(LC_NUMERIC, "C.UTF-8"); }},
      {"rounding", [](auto&, auto&) { std::fesetround(FE_UPWARD); }},
      {"signal", [](auto&, auto&) { std::signal(SIGINT, SIG_IGN); }},
      {"blocks_signals",
       [](auto&, auto&) {
         sigset_t set;
         sigemptyset(&set);
         sigaddset(&set, SIGTERM);
         sigprocmask(SIG_BLOCK, &set, nullptr);
       }},
      {"folder",
       [](auto&, auto&) {
         if (chdir("/") != 0) throw std::runtime_error("no folder");
       }},
      {"umask", [](auto&, auto&) { umask(0177); }},
      {"environment", [](auto&, auto&) { setenv("OMP_NUM_THREADS", "64", 1); }},
      {"prints", [](auto&, auto&) { std::printf("planned\n"); }},
  };
  return faults;
}

class ManySchedules final : public sdk::Schedule {
 public:
  struct Options {
    std::string fault;
    void describe(sdk::Options& o) { o("fault", fault).help("what is wrong; empty: nothing"); }
  };

  ManySchedules(const Options& options, const sdk::ScheduleContext&) : fault_(options.fault) {
    if (fault_ == "constructor_throws") throw std::runtime_error("these options contradict each other");
    if (fault_ == "constructor_exits") std::exit(0);
    if (fault_ == "leaks") left_ = new char[1000];
    if (fault_ == "thread") std::thread([] { pause(); }).detach();
    if (fault_ == "file" && open("/dev/null", O_RDONLY) < 0) throw std::runtime_error("no file");
  }

  sdk::Plan plan(const sdk::PlanRequest& request) const override {
    sdk::Plan plan = good_plan(request);
    const auto spoil = plan_faults().find(fault_);
    if (spoil != plan_faults().end()) spoil->second(plan, request);
    if (fault_ == "object") plan.steps[0].loss_weight = 1 + static_cast<double>(number_);
    return plan;
  }
  const void* extension(std::string_view) const override { return fault_ == "extension" ? this : nullptr; }

 private:
  std::string fault_;
  char* left_ = nullptr;
  static inline int objects = 0;
  int number_ = objects++;
};

}  // namespace

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.test.many_schedules";
  plugin.version = "1.0.0";
  plugin.add_schedule<ManySchedules>("many", "three steps, or what is wrong with them");
}
