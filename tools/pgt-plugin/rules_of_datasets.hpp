/// The rules of datasets: of the object, of its samples, of their labels, and of pictures that it makes.
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
std::span<const DatasetRule> rules_of_pictures();

}  // namespace pgt::check
