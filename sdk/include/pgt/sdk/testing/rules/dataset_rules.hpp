/// The rules of a dataset that need no host. Includes no torch header.
#pragma once

#include <pgt/sdk/testing/rules/of_datasets.hpp>
#include <pgt/sdk/testing/rules/of_pictures.hpp>
#include <pgt/sdk/testing/rules/of_samples.hpp>
#include <pgt/sdk/testing/rules/of_targets.hpp>

namespace pgt::sdk {
inline namespace v1 {
namespace testing {

/// Calls `take` with every rule of a dataset but those of single targets (`target_rules`).
template <class Take>
void for_each_dataset_rule(Take&& take) {
  for (const DatasetRule& rule : rules_of_datasets) take(rule);
  for (const DatasetRule& rule : rules_of_samples) take(rule);
  for (const DatasetRule& rule : rules_of_targets) take(rule);
  for (const DatasetRule& rule : rules_of_pictures) take(rule);
}

}  // namespace testing
}  // namespace v1
}  // namespace pgt::sdk
