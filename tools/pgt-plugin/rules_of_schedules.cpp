// What the object keeps that makes plans: equal requests give equal plans, whoever asks, when and where.

#include "rules_of_schedules.hpp"

#include <chrono>
#include <thread>

#include "lines.hpp"

namespace pgt::check {
namespace {

using Clock = std::chrono::steady_clock;

/// Compares what `schedule` plans now with what it, or another, planned before.
std::string plan_differs(const ScheduleTrial& trial, const sdk::Schedule& schedule, const Asked& asked) {
  const std::string where = difference(lines_of(asked.plan), lines_of(trial.plan_of(schedule, asked.request)));
  return where.empty() ? "" : where + " (" + text_of(asked.request) + ")";
}

Seen schedule_is_made(const ScheduleTrial& trial) {
  trial.make();
  return holds();
}

Seen plans(const ScheduleTrial& trial) {
  trial.schedule();
  const sdk::PlanRequest plainest = all_requests().front();
  for (const Declined& declined : trial.declined()) {
    if (of_one_training(declined.request, plainest))
      return broken(declined.reason + " (" + text_of(declined.request) + ")");
  }
  return holds();
}

Seen plans_for_all_of_a_training(const ScheduleTrial& trial) {
  for (const Declined& declined : trial.declined()) {
    for (const Asked& asked : trial.asked()) {
      if (!of_one_training(asked.request, declined.request)) continue;
      return broken(declined.reason + " (" + text_of(declined.request) + "), and yet it plans for " +
                    text_of(asked.request));
    }
  }
  if (trial.declined().empty()) return holds();
  return holds(std::to_string(trial.declined().size()) +
               " requests were declined, first: " + trial.declined().front().reason);
}

Seen same_when_asked_twice(const ScheduleTrial& trial) {
  for (const Asked& asked : trial.asked()) {
    const sdk::Plan plan = trial.plan_of(trial.schedule(), asked.request);
    const std::string where = plan_differs(trial, trial.schedule(), {asked.request, plan});
    if (!where.empty()) return broken(where);
  }
  return holds();
}

Seen same_in_another_order(const ScheduleTrial& trial) {
  const auto& asked = trial.asked();
  for (auto last = asked.rbegin(); last != asked.rend(); ++last) {
    const std::string where = plan_differs(trial, trial.schedule(), *last);
    if (!where.empty()) return broken(where);
  }
  return holds();
}

Seen same_of_another_object(const ScheduleTrial& trial) {
  const auto& asked = trial.asked();
  const auto other = trial.make();
  for (auto last = asked.rbegin(); last != asked.rend(); ++last) {
    const std::string where = plan_differs(trial, *other, *last);
    if (!where.empty()) return broken(where);
  }
  return holds();
}

/// One after another: the host asks from one thread at a time.
Seen same_from_other_threads(const ScheduleTrial& trial) {
  std::string where;
  for (int i = 0; i < 4 && where.empty(); ++i) {
    const auto& asked = trial.asked();
    std::jthread([&] {
      try {
        for (std::size_t j = 0; j < asked.size() && where.empty(); ++j)
          where = plan_differs(trial, trial.schedule(), asked[j]);
      } catch (const std::exception& error) {
        where = error.what();
      }
    }).join();
  }
  return broken_if(where);
}

Seen same_in_another_process(const ScheduleTrial& trial) {
  const auto& asked = trial.asked();
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
  for (const Asked& asked : trial.asked()) {
    if (!of_one_training(asked.request, trial.asked().front().request)) continue;
    steps += trial.plan_of(trial.schedule(), asked.request).steps.size();
    ++plans;
  }
  const std::chrono::duration<double, std::micro> all = Clock::now() - begin;
  const double of_plan = all.count() / static_cast<double>(plans);
  char text[96];
  std::snprintf(text, sizeof text, "%.1f µs a plan, %.2f µs a step", of_plan, all.count() / static_cast<double>(steps));
  return of_plan > bound.count() ? broken(text) : holds(text);
}

Seen schedule_has_no_such_extension(const ScheduleTrial& trial) {
  const void* found = trial.schedule().extension("org.pgt.no.such.extension");
  return found == nullptr ? holds() : broken("it has an extension \"org.pgt.no.such.extension\"");
}

constexpr const char* request_header = "schedule.hpp: PlanRequest";
constexpr const char* draw_remedy = "draw from request.seed, epoch and iteration; keep nothing between calls";

constexpr ScheduleRule schedule_rules[] = {
    {{"schedule.made", "it is made with its default options, or those of --option", "schedule.hpp: Schedule",
      "throw only where options contradict each other, better still in their check"},
     schedule_is_made},
    {{"schedule.plans", "it plans a training and an evaluation of one pathway", "schedule.hpp: Schedule::plan",
      "read the exception's text"},
     plans},
    {{"schedule.plans-to-the-end", "who plans the first iteration of a training plans them all",
      "schedule.hpp: PlanRequest::epochs", "refuse in the first iteration what you cannot plan later"},
     plans_for_all_of_a_training},
    {{"schedule.same-again", "equal requests give equal plans", request_header, draw_remedy}, same_when_asked_twice},
    {{"schedule.same-in-any-order", "a plan does not depend on what was asked before", request_header, draw_remedy},
     same_in_another_order},
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
    {{"schedule.unknown-extension", "an extension that it does not have is null", "schedule.hpp: Schedule::extension",
      "answer with sdk::extension_among"},
     schedule_has_no_such_extension},
};

}  // namespace

std::span<const ScheduleRule> rules_of_schedules() { return schedule_rules; }

}  // namespace pgt::check
