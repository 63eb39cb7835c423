/// The rules of all kinds, for the list and for what is said about a finding.
#pragma once

#include <vector>

#include "rule.hpp"

namespace pgt::check {

/// But for those of backbones, which are with LibTorch.
std::vector<RuleText> rules_without_backbones();
/// Those of backbones are asked of pgt-model beside this program. Throws Error where it does not answer.
std::vector<RuleText> all_rules();

/// pgt-model, beside this program.
std::string backbone_program();

}  // namespace pgt::check
