/// The rules of a library, and of the options of what it provides.
#pragma once

#include <span>
#include <vector>

#include "rule.hpp"
#include "trial_of_library.hpp"

namespace pgt::check {

struct LibraryRule {
  RuleText text;
  Seen (*check)(const LibraryTrial&);
};

struct OptionRule {
  RuleText text;
  Seen (*check)(const OptionTrial&);
};

/// What is found before and while it is loaded; the rest follows.
extern const RuleText loads_rule;
std::span<const LibraryRule> rules_of_libraries();
std::span<const OptionRule> rules_of_options();
/// One for each field of the build record.
std::span<const RuleText> rules_of_records();
Seen check_record(const RuleText& rule, const LibraryTrial& trial);

}  // namespace pgt::check
