#include "conformance.hpp"

#include <map>
#include <string>

namespace pgt::model {
namespace {

/// `thrown`: what rules have thrown so far, and which was the first to. What is thrown again is no other finding.
check::Seen seen_of(const BackboneRule& rule, const Tried& tried, std::map<std::string, std::string>& thrown) {
  try {
    return rule.check(tried);
  } catch (const check::CannotBeTried& reason) {
    return check::untried(reason.why);
  } catch (const std::exception& error) {
    const auto [first, is_new] = thrown.emplace(error.what(), rule.text.name);
    if (!is_new) return check::untried("it does not run: see " + first->second);
    return check::broken("an exception: " + first->first + " (docs/debug-a-plugin.md: An exception)");
  }
}

}  // namespace

std::vector<BackboneRule> rules_of_backbones() {
  std::vector<BackboneRule> rules;
  for (const auto& table : {rules_of_scores(), rules_of_carry(), rules_of_gradients()}) {
    rules.insert(rules.end(), table.begin(), table.end());
  }
  return rules;
}

void check_conformance(const Tried& tried,
                       const std::function<void(const check::RuleText&, const check::Seen&)>& report) {
  std::map<std::string, std::string> thrown;
  for (const BackboneRule& rule : rules_of_backbones()) report(rule.text, seen_of(rule, tried, thrown));
}

}  // namespace pgt::model
