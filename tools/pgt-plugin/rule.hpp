/// A rule that a plugin keeps, and what was seen when it was tried. Those that need no host are the test kit's
/// (pgt/sdk/testing/).
#pragma once

#include <string>

#include <pgt/sdk/testing/rules/rule.hpp>

namespace pgt::check {

using sdk::testing::broken;
using sdk::testing::broken_if;
using sdk::testing::CannotBeTried;
using sdk::testing::holds;
using sdk::testing::Outcome;
using sdk::testing::RuleText;
using sdk::testing::Seen;
using sdk::testing::untried;

/// A rule that was tried on something.
struct Finding {
  std::string of;  ///< "schedule pgt", or "library"
  std::string rule;
  Seen seen;
};

}  // namespace pgt::check
