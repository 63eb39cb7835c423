/// The rules of datasets that it takes a host to try; the test kit has the others.
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

}  // namespace pgt::check
