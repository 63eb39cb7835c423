#include <string>

#include "config/document.hpp"
#include "config/mention.hpp"

namespace pgt::config {
namespace {

bool involves_refused(const sdk::Problem& problem, const Section& section) {
  for (const std::string& name : section.refused) {
    if (name == problem.option || mention_of(name, problem.text) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

void apply(const Section& section, sdk::OptionSet& options) {
  for (const auto& option : options.fields().all()) {
    const auto value = section.values.find(option->spec.name);
    if (value != section.values.end()) option->assign(value->second.value);
  }
}

void check_rules(const Section& section, const sdk::OptionSet& options, Diagnostics& diagnostics) {
  sdk::Problems problems;
  options.check(problems);
  for (const sdk::Problem& problem : problems) {
    if (involves_refused(problem, section)) continue;
    const auto value = section.values.find(problem.option);
    const bool said = value != section.values.end() && value->second.position.line > 0;
    diagnostics.error(said ? value->second.position : section.position, '"' + problem.option + "\" " + problem.text);
  }
}

std::vector<sdk::OptionSpec> specs_of(sdk::OptionSet& options) {
  std::vector<sdk::OptionSpec> specs;
  for (const auto& option : options.fields().all()) specs.push_back(option->spec);
  return specs;
}

}  // namespace pgt::config
