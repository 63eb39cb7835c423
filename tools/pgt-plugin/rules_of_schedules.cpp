// What the object keeps that makes plans, as far as it takes a host to try it: equal requests give equal plans, whoever
// asks and where.

#include "rules_of_schedules.hpp"

#include <chrono>
#include <thread>

#include "lines.hpp"

namespace pgt::check {
namespace {

using Clock = std::chrono::steady_clock;

Seen schedule_is_made(const ScheduleTrial& trial) {
  trial.make();
  return holds();
}

Seen same_of_another_object(const ScheduleTrial& trial) {
  const auto& asked = trial.plans().asked();
  const auto other = trial.make();
  for (auto last = asked.rbegin(); last != asked.rend(); ++last) {
    const std::string where = plan_differs(*other, *last);
    if (!where.empty()) return broken(where);
  }
  return holds();
}

/// One after another: the host asks from one thread at a time.
Seen same_from_other_threads(const ScheduleTrial& trial) {
  std::string where;
  for (int i = 0; i < 4 && where.empty(); ++i) {
    const auto& asked = trial.plans().asked();
    std::jthread([&] {
      try {
        for (std::size_t j = 0; j < asked.size() && where.empty(); ++j)
          where = plan_differs(trial.plans().schedule(), asked[j]);
      } catch (const std::exception& error) {
        where = error.what();
      }
    }).join();
  }
  return broken_if(where);
}

Seen same_in_another_process(const ScheduleTrial& trial) {
  const auto& asked = trial.plans().asked();
  const std::vector<std::string> there = trial.checksums_elsewhere();
  if (there.size() != asked.size()) {
    return broken("another process plans for " + std::to_string(there.size()) + " of the requests, this one for " +
                  std::to_string(asked.size()));
  }
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (checksum_of(lines_of(asked[i].plan)) != there[i])
      return broken("another process plans otherwise for " + text_of(asked[i].request));
  }
  return holds();
}

/// Of the plainest training.
Seen plans_are_quick(const ScheduleTrial& trial) {
  constexpr std::chrono::duration<double, std::micro> bound = std::chrono::milliseconds(50);
  std::size_t plans = 0, steps = 0;
  const Clock::time_point begin = Clock::now();
  for (const Asked& asked : trial.plans().asked()) {
    if (!of_one_training(asked.request, trial.plans().asked().front().request)) continue;
    steps += trial.plans().schedule().plan(asked.request).steps.size();
    ++plans;
  }
  const std::chrono::duration<double, std::micro> all = Clock::now() - begin;
  const double of_plan = all.count() / static_cast<double>(plans);
  char text[96];
  std::snprintf(text, sizeof text, "%.1f µs a plan, %.2f µs a step", of_plan, all.count() / static_cast<double>(steps));
  return of_plan > bound.count() ? broken(text) : holds(text);
}

constexpr const char* request_header = "schedule.hpp: PlanRequest";
constexpr const char* draw_remedy = "draw from request.seed, epoch and iteration; keep nothing between calls";

constexpr ScheduleRule schedule_rules[] = {
    {{"schedule.made", "it is made with its default options, or those of --option", "schedule.hpp: Schedule",
      "throw only where options contradict each other, better still in their check"},
     schedule_is_made},
    {{"schedule.same-of-another-object", "two objects with equal options plan alike: a resumed run has another one",
      request_header, draw_remedy},
     same_of_another_object},
    {{"schedule.same-from-any-thread", "a plan does not depend on the thread that asks", request_header,
      "keep nothing in thread_local variables"},
     same_from_other_threads},
    {{"schedule.same-in-any-process", "another process plans alike: a resumed run is one", request_header,
      "no clock, no address, no std::random_device, no std::hash; draw from request.seed, epoch and iteration"},
     same_in_another_process},
    {{"schedule.quick", "a plan takes less than 50 ms", "docs/check-a-plugin.md: How it checks",
      "make tables in the constructor"},
     plans_are_quick},
};

}  // namespace

std::span<const ScheduleRule> rules_of_schedules() { return schedule_rules; }

}  // namespace pgt::check
