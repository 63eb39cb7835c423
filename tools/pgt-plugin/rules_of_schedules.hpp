/// The rules of schedules that it takes a host to try; the test kit has the others.
#pragma once

#include <span>

#include "rule.hpp"
#include "trial_of_schedule.hpp"

namespace pgt::check {

struct ScheduleRule {
  RuleText text;
  Seen (*check)(const ScheduleTrial&);
};

std::span<const ScheduleRule> rules_of_schedules();

}  // namespace pgt::check
