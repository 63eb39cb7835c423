/// The rules of datasets: of the object, of its samples, and of their labels.
#pragma once

#include <span>

#include "rule.hpp"
#include "trial_of_dataset.hpp"

namespace pgt::check {

struct DatasetRule {
  RuleText text;
  Seen (*check)(const DatasetTrial&);
};

std::span<const DatasetRule> rules_of_datasets();
std::span<const DatasetRule> rules_of_samples();
std::span<const DatasetRule> rules_of_targets();

}  // namespace pgt::check
