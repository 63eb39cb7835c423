#include "all_rules.hpp"

#include <list>
#include <nlohmann/json.hpp>
#include <string>

#include <pgt/sdk/testing/rules/dataset_rules.hpp>
#include <pgt/sdk/testing/rules/of_schedules.hpp>
#include <pgt/sdk/testing/rules/plan_rules.hpp>

#include "base/error.hpp"
#include "plugin/folders.hpp"
#include "plugin/process.hpp"
#include "rules_of_datasets.hpp"
#include "rules_of_leaving.hpp"
#include "rules_of_libraries.hpp"
#include "rules_of_schedules.hpp"
#include "supervise.hpp"

namespace pgt::check {
namespace {

template <class Table>
void add(std::vector<RuleText>& rules, const Table& table) {
  for (const auto& rule : table) rules.push_back(rule.text);
}

void add_rules_of_backbones(std::vector<RuleText>& rules) {
  using nlohmann::json;
  const plugin::ProcessResult result = plugin::run_process({backbone_program(), "rules"}, std::chrono::seconds(60));
  const json table = json::parse(result.output, nullptr, false);
  if (!table.is_array()) throw Error(ExitCode::failure, backbone_program() + " rules gives no table: " + result.errors);
  static std::list<std::string> kept;  // literals elsewhere, so they live as long
  const auto text_of = [&](const json& rule, const char* field) { return kept.emplace_back(rule.at(field)).c_str(); };
  for (const json& rule : table) {
    rules.push_back({text_of(rule, "name"), text_of(rule, "promise"), text_of(rule, "where"), text_of(rule, "remedy")});
  }
}

}  // namespace

std::string backbone_program() { return (plugin::host_beside_program().parent_path() / "pgt-model").string(); }

std::vector<RuleText> rules_without_backbones() {
  std::vector<RuleText> rules{loads_rule};
  const auto add_one = [&](const auto& rule) { rules.push_back(rule.text); };
  for (const RuleText& rule : rules_of_records()) rules.push_back(rule);
  add(rules, rules_of_libraries());
  add(rules, rules_of_options());
  add(rules, rules_of_schedules());
  add(rules, sdk::testing::rules_of_schedules);
  sdk::testing::for_each_plan_rule(add_one);
  add(rules, rules_of_datasets());
  sdk::testing::for_each_dataset_rule(add_one);
  add(rules, sdk::testing::target_rules);
  add(rules, rules_of_leaving());
  for (const RuleText& rule : rules_of_processes()) rules.push_back(rule);
  return rules;
}

std::vector<RuleText> all_rules() {
  std::vector<RuleText> rules = rules_without_backbones();
  add_rules_of_backbones(rules);
  return rules;
}

}  // namespace pgt::check
