/// The rules of schedules: of each plan, and of the object that makes them.
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
std::span<const ScheduleRule> rules_of_frames();
std::span<const ScheduleRule> rules_of_plans();

}  // namespace pgt::check
