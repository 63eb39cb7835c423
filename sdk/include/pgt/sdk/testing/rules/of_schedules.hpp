/// What a schedule answers to many requests, and the rules of that. Includes no torch header.
#pragma once

#include <new>
#include <string>
#include <utility>
#include <vector>

#include <pgt/sdk/testing/rules/plan_rule.hpp>

namespace pgt::sdk {
inline namespace v1 {
namespace testing {

/// A plan and what it was asked for.
struct Asked {
  PlanRequest request;
  Plan plan;
};

/// A request that a schedule answered with an exception.
struct Declined {
  PlanRequest request;
  std::string reason;
};

/// The plans of one schedule for every_request(), asked for when they are first wanted. Not thread-safe.
class SchedulePlans {
 public:
  /// The schedule must outlive it.
  explicit SchedulePlans(const Schedule& schedule) : schedule_(schedule) {}

  const Schedule& schedule() const { return schedule_; }
  /// Throws CannotBeTried where there is none.
  const std::vector<Asked>& asked() const {
    ask();
    if (asked_.empty()) throw CannotBeTried{"it gives no plan: see schedule.plans"};
    return asked_;
  }
  const std::vector<Declined>& declined() const {
    ask();
    return declined_;
  }

 private:
  void ask() const {
    if (is_asked_) return;
    try {
      for (const PlanRequest& request : every_request()) {
        const auto why = detail::refusal([&] { asked_.push_back({request, schedule_.plan(request)}); });
        if (why) declined_.push_back({request, *why});
      }
    } catch (const std::bad_alloc&) {
      is_asked_ = true;  // asked again, it would fill the memory again
      throw;
    }
    is_asked_ = true;
  }

  const Schedule& schedule_;
  mutable bool is_asked_ = false;
  mutable std::vector<Asked> asked_;
  mutable std::vector<Declined> declined_;
};

/// Where `schedule` plans otherwise than it, or another, planned before; empty: nowhere.
inline std::string plan_differs(const Schedule& schedule, const Asked& asked) {
  const std::string where = difference(lines_of(asked.plan), lines_of(schedule.plan(asked.request)));
  return where.empty() ? "" : where + " (" + text_of(asked.request) + ")";
}

/// Tries a rule of single plans on all.
inline Seen in_every_plan(const PlanRule& rule, const SchedulePlans& plans) {
  std::string first;
  std::size_t more = 0;
  for (const Asked& asked : plans.asked()) {
    const std::string wrong = rule.wrong(asked.plan, asked.request);
    if (wrong.empty()) continue;
    if (first.empty()) {
      first = wrong + " (" + text_of(asked.request) + ")";
    } else {
      ++more;
    }
  }
  if (more > 0)
    first += "; so do " + std::to_string(more) + " more of " + std::to_string(plans.asked().size()) + " plans";
  return broken_if(first);
}

/// A rule of a schedule, beyond its single plans.
struct ScheduleRule {
  RuleText text;
  Seen (*check)(const SchedulePlans& plans);
};

namespace detail {

inline Seen plans(const SchedulePlans& plans) {
  const PlanRequest plainest = every_request().front();
  for (const Declined& declined : plans.declined()) {
    if (of_one_training(declined.request, plainest))
      return broken(declined.reason + " (" + text_of(declined.request) + ")");
  }
  return holds();
}

inline Seen plans_for_all_of_a_training(const SchedulePlans& plans) {
  for (const Declined& declined : plans.declined()) {
    for (const Asked& asked : plans.asked()) {
      const bool of_one_phase = asked.request.phase == declined.request.phase;
      if (!of_one_phase || !of_one_training(asked.request, declined.request)) continue;
      return broken(declined.reason + " (" + text_of(declined.request) + "), and yet it plans for " +
                    text_of(asked.request));
    }
  }
  if (plans.declined().empty()) return holds();
  return holds(std::to_string(plans.declined().size()) +
               " requests were declined, first: " + plans.declined().front().reason);
}

inline Seen same_when_asked_twice(const SchedulePlans& plans) {
  for (const Asked& asked : plans.asked()) {
    const std::string where = plan_differs(plans.schedule(), {asked.request, plans.schedule().plan(asked.request)});
    if (!where.empty()) return broken(where);
  }
  return holds();
}

inline Seen same_in_another_order(const SchedulePlans& plans) {
  for (auto last = plans.asked().rbegin(); last != plans.asked().rend(); ++last) {
    const std::string where = plan_differs(plans.schedule(), *last);
    if (!where.empty()) return broken(where);
  }
  return holds();
}

inline Seen schedule_has_no_such_extension(const SchedulePlans& plans) {
  const void* found = plans.schedule().extension("org.pgt.no.such.extension");
  return found == nullptr ? holds() : broken("it has an extension \"org.pgt.no.such.extension\"");
}

}  // namespace detail

/// Equal requests give equal plans, and who plans the beginning of a training plans it to its end. Its evaluation is a
/// request of its own, which may be declined.
inline constexpr ScheduleRule rules_of_schedules[] = {
    {{"schedule.plans", "it plans a training and an evaluation of one pathway", "schedule.hpp: Schedule::plan",
      "read the exception's text"},
     detail::plans},
    {{"schedule.plans-to-the-end", "who plans the first iteration of a training plans them all",
      "schedule.hpp: Schedule::plan", "refuse in the first iteration what you cannot plan later"},
     detail::plans_for_all_of_a_training},
    {{"schedule.same-again", "equal requests give equal plans", "schedule.hpp: PlanRequest",
      "draw from request.seed, epoch and iteration; keep nothing between calls"},
     detail::same_when_asked_twice},
    {{"schedule.same-in-any-order", "a plan does not depend on what was asked before", "schedule.hpp: PlanRequest",
      "draw from request.seed, epoch and iteration; keep nothing between calls"},
     detail::same_in_another_order},
    {{"schedule.unknown-extension", "an extension that it does not have is null", "schedule.hpp: Schedule::extension",
      "answer with sdk::extension_among"},
     detail::schedule_has_no_such_extension},
};

}  // namespace testing
}  // namespace v1
}  // namespace pgt::sdk
