#include "cli/run_file.hpp"

#include <map>

#include "base/error.hpp"
#include "plugin/guard.hpp"

namespace pgt::cli {
namespace {

namespace fs = std::filesystem;
using plugin::Kind;

const std::map<std::string, Kind> kind_of_section = {
    {"model", Kind::backbone}, {"dataset", Kind::dataset}, {"schedule", Kind::schedule}};

config::Catalogue catalogue_of(const plugin::Registry& registry) {
  return {[&registry](const std::string& section) { return registry.names(kind_of_section.at(section)); },
          [&registry](const std::string& section, const std::string& use) -> const std::vector<sdk::OptionSpec>* {
            const plugin::ProvidedSpec* provided = registry.find(kind_of_section.at(section), use);
            return provided != nullptr ? &provided->options : nullptr;
          }};
}

/// Verbs on a run folder read what the run wrote there.
config::Author author_of_run_file(const Command& command) {
  const bool user = command.verb == "train" || command.verb == "check" || command.verb == "preview";
  return user ? config::Author::user : config::Author::run;
}

void check_plugin_rules(const config::Section& section, const std::string& name, plugin::Registry& registry,
                        config::Diagnostics& diagnostics) {
  const Kind kind = kind_of_section.at(name);
  if (registry.find(kind, section.use) == nullptr) return;
  const auto options = registry.options(kind, section.use);
  plugin::guard(registry.provider(kind, section.use).id, "Options::check", [&] {
    config::apply(section, *options);
    config::check_rules(section, *options, diagnostics);
  });
}

}  // namespace

fs::path run_file_of(const Command& command) {
  const fs::path given = command.arguments.front();
  if (author_of_run_file(command) == config::Author::user) return given;
  const fs::path kept = given / "config.resolved.toml";
  if (!fs::exists(kept)) {
    throw Error(ExitCode::usage, given.string() + " is no run folder: it has no config.resolved.toml");
  }
  return kept;
}

config::RunConfig read_run_file(const Command& command, plugin::Registry& registry) {
  config::Diagnostics diagnostics;
  config::RunConfig config = config::load_run_config(run_file_of(command), command.overrides, catalogue_of(registry),
                                                     diagnostics, author_of_run_file(command));
  check_plugin_rules(config.dataset, "dataset", registry, diagnostics);
  check_plugin_rules(config.schedule, "schedule", registry, diagnostics);
  diagnostics.throw_if_any();
  return config;
}

}  // namespace pgt::cli
