#include "plugin/run_file.hpp"

#include <algorithm>
#include <exception>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "plugin/guard.hpp"

namespace pgt::plugin {
namespace {

namespace fs = std::filesystem;

config::Catalogue catalogue_of(const Registry& registry) {
  return {[&registry](const std::string& section) { return registry.names(kind_of(section)); },
          [&registry](const std::string& section, const std::string& use) -> const std::vector<sdk::OptionSpec>* {
            const ProvidedSpec* provided = registry.find(kind_of(section), use);
            return provided != nullptr ? &provided->options : nullptr;
          }};
}

void check_plugin_rules(const config::Section& section, const std::string& name, Registry& registry,
                        config::Diagnostics& diagnostics) {
  const Kind kind = kind_of(name);
  if (registry.find(kind, section.use) == nullptr) return;
  const auto options = registry.options(kind, section.use);
  guard(registry.provider(kind, section.use).id, "Options::check", [&] {
    config::apply(section, *options);
    config::check_rules(section, *options, diagnostics);
  });
}

/// Throws Error(usage) where that cannot be found out, as of links in a circle.
bool is_there(const fs::path& path) {
  std::error_code error;
  const fs::file_type type = fs::status(path, error).type();
  if (type == fs::file_type::none) throw Error(ExitCode::usage, path.string() + ": " + error.message());
  return type != fs::file_type::not_found;
}

/// What the run was made with and is not there now, each with the flag that names it; empty: all is there.
std::string missing_plugins(const fs::path& run, const Registry& registry) {
  std::string text;
  try {
    for (const nlohmann::json& used : nlohmann::json::parse(read_file(run / "plugins.json"))) {
      const std::string kind = used.at("kind"), name = used.at("name"), library = used.at("path");
      if (std::ranges::count(registry.names(kind_from_text(kind)), name) > 0) continue;
      text += "\nhelp: the run's " + kind + " \"" + name + "\" is that of " + library +
              (fs::exists(library) ? ": give --plugins " + library
                                   : ", which is not there any more: build it, and give --plugins FOLDER");
    }
  } catch (const std::exception&) {  // the mistakes alone, then
  }
  return text;
}

}  // namespace

Kind kind_of(const std::string& section) {
  if (section == "model") return Kind::backbone;
  return section == "dataset" ? Kind::dataset : Kind::schedule;
}

config::RunConfig read_run_file(const fs::path& file, const std::vector<std::string>& overrides, Registry& registry,
                                config::Author author) {
  config::Diagnostics diagnostics;
  config::RunConfig config = config::load_run_config(file, overrides, catalogue_of(registry), diagnostics, author);
  check_plugin_rules(config.dataset, "dataset", registry, diagnostics);
  check_plugin_rules(config.schedule, "schedule", registry, diagnostics);
  diagnostics.throw_if_any();
  return config;
}

config::RunConfig read_run_folder(const fs::path& run, const std::vector<std::string>& overrides, Registry& registry) {
  if (!is_there(run)) throw Error(ExitCode::usage, run.string() + ": no such folder");
  const fs::path kept = run / "config.resolved.toml";
  if (!is_there(kept)) {
    throw Error(ExitCode::usage, run.string() + " is not a run folder: it has no config.resolved.toml");
  }
  try {
    return read_run_file(kept, overrides, registry, config::Author::run);
  } catch (const MistakesInFile& mistakes) {
    throw MistakesInFile(mistakes.code(), mistakes.what() + missing_plugins(run, registry));
  }
}

config::RunConfig read_run_file_or_folder(const fs::path& path, const std::vector<std::string>& overrides,
                                          Registry& registry) {
  std::error_code ignored;  // of a file that cannot be reached, which is said when it is read
  return fs::is_directory(path, ignored) ? read_run_folder(path, overrides, registry)
                                         : read_run_file(path, overrides, registry);
}

}  // namespace pgt::plugin
