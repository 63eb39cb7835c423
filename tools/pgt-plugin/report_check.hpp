/// What a check found, for people and for programs.
#pragma once

#include <string>
#include <vector>

#include "rule.hpp"

namespace pgt::check {

struct Checked {
  std::string file;
  std::vector<Finding> findings;
  std::vector<RuleText> rules;  ///< of all kinds
};

std::string findings_as_text(const Checked& checked);
std::string findings_as_json(const Checked& checked);
std::string findings_as_junit(const Checked& checked);

/// A table in the form of the documentation.
std::string rules_as_text(const std::vector<RuleText>& rules);

}  // namespace pgt::check
