/// What the host expects of every backbone, tried on one.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "rule.hpp"
#include "tried.hpp"

namespace pgt::model {

struct BackboneRule {
  check::RuleText text;
  check::Seen (*check)(const Tried&);
};

/// Of what it declares and scores, of what it carries, of its gradients and tensors.
std::span<const BackboneRule> rules_of_scores();
std::span<const BackboneRule> rules_of_carry();
std::span<const BackboneRule> rules_of_gradients();

/// All of them, in the order in which they are tried: what others need comes first.
std::vector<BackboneRule> rules_of_backbones();

/// Tries every rule, or those that `only` names (check::is_wanted). `report` gets each finding as it is found: large
/// backbones take minutes.
void check_conformance(const Tried& tried, const std::vector<std::string>& only,
                       const std::function<void(const check::RuleText&, const check::Seen&)>& report);

}  // namespace pgt::model
