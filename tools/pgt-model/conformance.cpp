#include "conformance.hpp"

#include "channel.hpp"
#include "thrown.hpp"

namespace pgt::model {
namespace {

check::Seen seen_of(const BackboneRule& rule, const Tried& tried, check::Thrown& thrown) {
  try {
    return rule.check(tried);
  } catch (const check::CannotBeTried& reason) {
    return check::untried(reason.why);
  } catch (const std::exception& error) {
    return thrown.seen("the backbone", rule.text.name, error.what());
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

void check_conformance(const Tried& tried, const std::vector<std::string>& only,
                       const std::function<void(const check::RuleText&, const check::Seen&)>& report) {
  check::Thrown thrown;
  for (const BackboneRule& rule : rules_of_backbones()) {
    if (check::is_wanted(rule.text.name, only)) report(rule.text, seen_of(rule, tried, thrown));
  }
}

}  // namespace pgt::model
