#include "cli/explain.hpp"

#include <cstdio>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "config/sections.hpp"
#include "plugin/run_file.hpp"

namespace pgt::cli {
namespace {

using plugin::Kind;

/// Something with options: a section of the host, or a name that a plugin provides.
struct Topic {
  std::string section;
  std::string name;
  std::string title;
  std::vector<sdk::OptionSpec> options;
};

std::vector<Topic> all_topics(const plugin::Registry& registry) {
  std::vector<Topic> topics;
  for (const config::SectionInfo& section : config::all_sections()) {
    if (!section.names_plugin) {
      topics.push_back({section.name, section.name, "[" + section.name + "] " + section.help, section.options});
      continue;
    }
    const Kind kind = plugin::kind_of(section.name);
    for (const std::string& name : registry.names(kind)) {
      const plugin::ProvidedSpec& provided = *registry.find(kind, name);
      const plugin::Manifest& plugin = registry.provider(kind, name);
      std::string title = "[" + section.name + "] use = \"" + name + "\": " + provided.summary;
      title += " (" + plugin.id + (plugin.version.empty() ? "" : " " + plugin.version) + ")";
      topics.push_back({section.name, name, std::move(title), provided.options});
    }
  }
  return topics;
}

std::string bound(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

/// What may be written: "integer, 1 to 8, or "all"".
std::string allowed(const sdk::OptionSpec& spec) {
  constexpr const char* types[] = {"true or false",    "integer",         "number",        "text",
                                   "list of integers", "list of numbers", "list of texts", "table of numbers"};
  std::string text = spec.path ? "path" : types[spec.default_value.index()];
  if (!spec.choices.empty()) {
    std::vector<std::string> choices;
    for (const sdk::OptionValue& choice : spec.choices) choices.push_back(config::to_toml(choice));
    text = "one of " + join(choices, ", ") + (spec.table ? ", or a table of numbers" : "");
  } else if (spec.minimum && spec.maximum) {
    text += ", " + bound(*spec.minimum) + " to " + bound(*spec.maximum);
  } else if (spec.minimum) {
    text += ", at least " + bound(*spec.minimum);
  }
  for (const auto& [word, number] : spec.words) text += ", or \"" + word + "\"";
  if (!spec.unit.empty()) text += "; in " + spec.unit;
  return text;
}

std::string default_of(const sdk::OptionSpec& spec) {
  if (spec.required) return "required";
  for (const auto& [word, number] : spec.words) {
    if (spec.default_value == sdk::OptionValue(number)) return "default \"" + word + "\"";
  }
  return "default " + config::to_toml(spec.default_value);
}

std::string condition_text(const sdk::Condition& condition) {
  std::vector<std::string> values;
  for (const std::string& value : condition.values) values.push_back(config::to_toml(value));
  return condition.option + " = " + join(values, " or ");
}

void print_option(const sdk::OptionSpec& spec) {
  std::printf("  %-20s %s; %s\n", spec.name.c_str(), allowed(spec).c_str(), default_of(spec).c_str());
  if (!spec.help.empty()) std::printf("  %-20s %s\n", "", spec.help.c_str());
  if (spec.only_with) std::printf("  %-20s only with %s\n", "", condition_text(*spec.only_with).c_str());
}

void print_topic(const Topic& topic) {
  std::printf("%s\n", topic.title.c_str());
  for (const sdk::OptionSpec& spec : topic.options) print_option(spec);
  if (topic.options.empty()) std::printf("  no options\n");
}

/// `explain train.epochs`, `dataset.root`, `folder.root` or `root` alone: every option that is meant.
bool print_options(const std::string& word, const std::vector<Topic>& topics) {
  bool found = false;
  for (const Topic& topic : topics) {
    for (const sdk::OptionSpec& spec : topic.options) {
      if (word != spec.name && word != topic.name + "." + spec.name && word != topic.section + "." + spec.name)
        continue;
      std::printf("%s\n", topic.title.c_str());
      print_option(spec);
      found = true;
    }
  }
  return found;
}

void print_overview(const plugin::Registry& registry) {
  std::printf("Sections of a run file:\n");
  for (const config::SectionInfo& section : config::all_sections()) {
    std::printf("  [%s]%*s%s\n", section.name.c_str(), static_cast<int>(10 - section.name.size()), "",
                section.help.c_str());
    if (!section.names_plugin) continue;
    std::vector<std::string> uses;
    for (const std::string& name : registry.names(plugin::kind_of(section.name))) uses.push_back("\"" + name + "\"");
    std::printf("  %12suse = %s\n", "", uses.empty() ? "(no plugin provides one)" : join(uses, " or ").c_str());
  }
  std::printf("\nFor details: pgt-host explain SECTION, NAME or KEY, such as train, clip or train.epochs.\n");
}

/// `explain model`: every name with its summary.
bool print_plugin_section(const std::string& word, const plugin::Registry& registry) {
  for (const config::SectionInfo& section : config::all_sections()) {
    if (word != section.name || !section.names_plugin) continue;
    std::printf("[%s] %s\n", section.name.c_str(), section.help.c_str());
    const Kind kind = plugin::kind_of(section.name);
    for (const std::string& name : registry.names(kind)) {
      std::printf("  use = \"%s\": %s\n", name.c_str(), registry.find(kind, name)->summary.c_str());
    }
    return true;
  }
  return false;
}

[[noreturn]] void unknown_topic(const std::string& word, const std::vector<Topic>& topics) {
  std::set<std::string> known;
  for (const config::SectionInfo& section : config::all_sections()) known.insert(section.name);
  for (const Topic& topic : topics) {
    known.insert(topic.name);
    for (const sdk::OptionSpec& spec : topic.options) {
      known.insert(spec.name);
      known.insert(topic.name + "." + spec.name);
    }
  }
  const std::string suggestion = did_you_mean(word, std::vector<std::string>(known.begin(), known.end()));
  throw Error(ExitCode::usage, "there is no section, plugin or key \"" + word + "\"" +
                                   (suggestion.empty() ? "" : ": " + suggestion) + "\nsee pgt-host explain");
}

}  // namespace

int explain(const Command& command, const plugin::Registry& registry) {
  if (command.arguments.empty()) {
    print_overview(registry);
    return static_cast<int>(ExitCode::ok);
  }
  const std::string& word = command.arguments.front();
  bool found = print_plugin_section(word, registry);
  const std::vector<Topic> topics = all_topics(registry);
  for (const Topic& topic : topics) {
    if (topic.name != word) continue;
    print_topic(topic);
    found = true;
  }
  if (!found) found = print_options(word, topics);
  if (!found) unknown_topic(word, topics);
  return static_cast<int>(ExitCode::ok);
}

}  // namespace pgt::cli
