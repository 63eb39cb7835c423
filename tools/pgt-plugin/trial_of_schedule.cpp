#include "trial_of_schedule.hpp"

#include "lines.hpp"
#include "plugin/guard.hpp"
#include "rule.hpp"

namespace pgt::check {

const sdk::Schedule& ScheduleTrial::Guarded::schedule() const {
  if (schedule_ != nullptr) return *schedule_;
  try {
    schedule_ = make_();
  } catch (const std::exception&) {
    throw CannotBeTried{"see schedule.made"};
  }
  return *schedule_;
}

sdk::Plan ScheduleTrial::Guarded::plan(const sdk::PlanRequest& request) const {
  const sdk::Schedule& made = schedule();
  return plugin::guard(id_, "Schedule::plan", [&] { return made.plan(request); });
}

std::vector<std::string> ScheduleTrial::checksums() const {
  std::vector<std::string> sums;
  for (const Asked& asked : plans().asked()) sums.push_back(checksum_of(lines_of(asked.plan)));
  return sums;
}

}  // namespace pgt::check
