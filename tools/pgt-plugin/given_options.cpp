#include "given_options.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "config/document.hpp"
#include "rule.hpp"

namespace pgt::check {

std::string section_of(plugin::Kind kind) {
  return kind == plugin::Kind::backbone ? "model" : kind == plugin::Kind::dataset ? "dataset" : "schedule";
}

std::string key_of(const std::string& option) { return option.substr(0, option.find('=')); }

std::vector<std::string> given_to(const std::vector<sdk::OptionSpec>& specs, const std::vector<std::string>& given) {
  std::vector<std::string> own;
  for (const std::string& option : given) {
    if (std::ranges::any_of(specs, [&](const auto& spec) { return spec.name == key_of(option); }))
      own.push_back(option);
  }
  return own;
}

std::vector<std::string> missing_options(const std::vector<sdk::OptionSpec>& specs,
                                         const std::vector<std::string>& given) {
  std::vector<std::string> missing;
  for (const sdk::OptionSpec& spec : specs) {
    const bool there =
        std::ranges::any_of(given, [&](const std::string& option) { return key_of(option) == spec.name; });
    if (spec.required && !there) missing.push_back(spec.name);
  }
  return missing;
}

void apply_given(const std::vector<std::string>& given, plugin::Kind kind, const std::string& name,
                 sdk::OptionSet& options) {
  const std::vector<sdk::OptionSpec> specs = config::specs_of(options);
  std::vector<std::string> missing = missing_options(specs, given);
  if (!missing.empty()) {
    for (std::string& key : missing) key = "--option " + key + "=…";
    throw CannotBeTried{"it needs " + join(missing, " ")};
  }
  const std::string section = section_of(kind);
  std::vector<std::string> overrides;
  for (const std::string& option : given_to(specs, given)) overrides.push_back(section + "." + option);
  config::Diagnostics diagnostics;
  const config::Document document = config::Document::parse("[" + section + "]\nuse = \"" + name + "\"\n",
                                                            "pgt-host plugin check", overrides, diagnostics);
  const config::Section values = document.section(section, specs, diagnostics);
  config::apply(values, options);
  config::check_rules(values, options, diagnostics);
  diagnostics.throw_if_any();
}

}  // namespace pgt::check
