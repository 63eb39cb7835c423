#include <cctype>
#include <string_view>

#include "config/document.hpp"

namespace pgt::config {
namespace {

bool part_of_a_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Whether `text` names the option `name`, as a whole word.
bool mentions(std::string_view text, std::string_view name) {
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if ((at == 0 || !part_of_a_name(text[at - 1])) && (end == text.size() || !part_of_a_name(text[end]))) return true;
  }
  return false;
}

bool involves_refused(const sdk::Problem& problem, const Section& section) {
  for (const std::string& name : section.refused) {
    if (name == problem.option || mentions(problem.text, name)) return true;
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
