// What a description of options keeps.

#include <algorithm>
#include <cctype>

#include "lines.hpp"
#include "plugin/option_rules.hpp"
#include "rules_of_libraries.hpp"

namespace pgt::check {
namespace {

using SpecCheck = std::string (*)(const sdk::OptionSpec&);

template <SpecCheck Check>
Seen in_every_option(const OptionTrial& trial) {
  for (const sdk::OptionSpec& spec : trial.specs()) {
    const std::string wrong = Check(spec);
    if (!wrong.empty()) return broken("\"" + spec.name + "\" " + wrong);
  }
  return holds();
}

template <class... Types>
bool holds_one_of(const sdk::OptionValue& value) {
  return (std::holds_alternative<Types>(value) || ...);
}

std::string helps(const sdk::OptionSpec& spec) {
  if (spec.help.empty()) return "has no help";
  return spec.help.find('\n') == std::string::npos ? "" : "has a help of several lines";
}

std::string key_is_word(const sdk::OptionSpec& spec) {
  const bool letters =
      std::ranges::all_of(spec.name, [](unsigned char c) { return std::islower(c) || std::isdigit(c) || c == '_'; });
  if (spec.name == "use") return "is the key that names the plugin";
  return !spec.name.empty() && letters ? "" : "is not of lower case letters, digits and \"_\"";
}

std::string range_is_one(const sdk::OptionSpec& spec) {
  if (spec.minimum && spec.maximum && !(*spec.minimum <= *spec.maximum)) {
    return "ranges from " + text_of(*spec.minimum) + " to " + text_of(*spec.maximum);
  }
  const bool numbers = !holds_one_of<bool, std::string, std::vector<std::string>>(spec.default_value);
  return numbers || !(spec.minimum || spec.maximum) ? "" : "has a range and is no number";
}

std::string choices_differ(const sdk::OptionSpec& spec) {
  for (auto choice = spec.choices.begin(); choice != spec.choices.end(); ++choice) {
    if (std::find(spec.choices.begin(), choice, *choice) != choice) return "has a choice twice";
  }
  return "";
}

std::string words_are_of_integers(const sdk::OptionSpec& spec) {
  return spec.words.empty() || holds_one_of<std::int64_t>(spec.default_value)
             ? ""
             : "has words for a number and is no integer";
}

std::string paths_are_texts(const sdk::OptionSpec& spec) {
  return !spec.path || holds_one_of<std::string, std::vector<std::string>>(spec.default_value)
             ? ""
             : "is a path and no text";
}

Seen keys_are_unique(const OptionTrial& trial) {
  const std::string twice = plugin::key_of_two(trial.specs());
  return twice.empty() ? holds() : broken("\"" + twice + "\" is described twice: the second description is never used");
}

Seen conditions_are_met(const OptionTrial& trial) {
  const std::vector<sdk::OptionSpec> specs = trial.specs();
  for (const sdk::OptionSpec& spec : specs) {
    if (!spec.only_with) continue;
    const auto other = std::ranges::find(specs, spec.only_with->option, &sdk::OptionSpec::name);
    if (other == specs.end())
      return broken("\"" + spec.name + "\" exists only with \"" + spec.only_with->option + "\", which is no option");
    for (const std::string& value : spec.only_with->values) {
      if (std::ranges::find(other->choices, sdk::OptionValue(value)) != other->choices.end()) continue;
      return broken("\"" + spec.name + "\" exists only with " + other->name + " = \"" + value +
                    "\", which is none of its choices");
    }
  }
  return holds();
}

Seen described_alike(const OptionTrial& trial) {
  const auto names = [&] {
    Lines lines;
    for (const sdk::OptionSpec& spec : trial.specs()) lines.push_back("option is " + spec.name + ", " + spec.help);
    return lines;
  };
  return broken_if(difference(names(), names()));
}

Seen defaults_agree(const OptionTrial& trial) {
  const std::vector<sdk::OptionSpec> specs = trial.specs();
  if (std::ranges::any_of(specs, &sdk::OptionSpec::required)) throw CannotBeTried{"some options must be given"};
  sdk::Problems problems;
  trial.options()->check(problems);
  return problems.empty() ? holds()
                          : broken("with all defaults, \"" + problems.front().option + "\" " + problems.front().text);
}

constexpr const char* spec_header = "options.hpp: OptionSpec";

constexpr OptionRule option_rules[] = {
    {{"options.unique-keys", "each key is described once", "options.hpp: Options", "name each field once"},
     keys_are_unique},
    {{"options.default", "a default is a value that a run file could give", "options.hpp: OptionSpec::default_value",
      "change the default, or the range or choices"},
     in_every_option<plugin::wrong_default>},
    {{"options.help", "each option has one line of help", "options.hpp: OptionSpec::help",
      "`pgt-host explain` prints it: .help(\"…\")"},
     in_every_option<helps>},
    {{"options.keys", "keys are lower case letters, digits and \"_\", and not use", "options.hpp: OptionSpec::name",
      "rename it"},
     in_every_option<key_is_word>},
    {{"options.range", "a range is one, of a number", "options.hpp: OptionBuilder::range",
      "give the smaller number first"},
     in_every_option<range_is_one>},
    {{"options.choices", "choices differ", "options.hpp: OptionBuilder::one_of", "name each once"},
     in_every_option<choices_differ>},
    {{"options.words", "words stand for numbers of integer options", "options.hpp: OptionBuilder::word",
      "make the option an integer"},
     in_every_option<words_are_of_integers>},
    {{"options.paths", "a path is a text or a list of texts", "options.hpp: OptionBuilder::path",
      "make the option a text"},
     in_every_option<paths_are_texts>},
    {{"options.only-with", "only_with names an option and choices that it has", "options.hpp: OptionBuilder::only_with",
      "look for a misspelt name"},
     conditions_are_met},
    {{"options.same-again", "fresh options are described alike", spec_header,
      "describe the same fields whatever their values"},
     described_alike},
    {{"options.defaults-agree", "the defaults keep the rules between options", "options.hpp: TypedOptions::check",
      "change a default"},
     defaults_agree},
};

}  // namespace

std::span<const OptionRule> rules_of_options() { return option_rules; }

}  // namespace pgt::check
