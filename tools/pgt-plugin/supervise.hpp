/// The parent's side of a check: runs a child that tries rules, and goes on behind a rule that it did not survive.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "channel.hpp"

namespace pgt::check {

struct Report {
  std::vector<Finding> findings;
  std::vector<nlohmann::json> answers;  ///< what the child said besides (`Channel::say`)
};

/// Runs `command` (a program that opens a Channel, and its arguments) with the limits as further arguments, as often as
/// it takes; adds what came of the rules of processes, `of` the thing that the command is about.
Report supervise(const std::vector<std::string>& command, const std::string& of, const Limits& limits);

/// The rules that concern the process as a whole.
std::span<const RuleText> rules_of_processes();

}  // namespace pgt::check
