/// A host's stand-in for tests of a dataset.
///
///     TEST(MyVideos, KeepsTheRules) {
///       using namespace pgt::sdk::testing;
///       EXPECT_EQ(broken_rules(MyVideos({"annotations.csv"}, {})), no_broken_rules);
///     }
///
/// Includes no torch header.
#pragma once

#include <pgt/sdk/testing/rules/dataset_rules.hpp>

namespace pgt::sdk {
inline namespace v1 {
namespace testing {

/// The rules that a dataset breaks, of all its samples, and of the labels of up to 200 samples of each split: of their
/// whole, of stretches and of single seconds. What it throws breaks a rule. No file is opened.
inline BrokenRules broken_rules(const Dataset& dataset) {
  BrokenRules all;
  const DatasetAnswers answers(dataset);
  for_each_dataset_rule(
      [&](const DatasetRule& rule) { detail::add_if_broken(all, rule.text, [&] { return rule.check(answers); }); });
  for (const TargetRule& rule : target_rules) {
    detail::add_if_broken(all, rule.text, [&] { return in_every_target(rule, answers); });
  }
  return all;
}

}  // namespace testing
}  // namespace v1
}  // namespace pgt::sdk
