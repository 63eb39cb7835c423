// `pgt-plugin why`: why something that a run file names is not there.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "given_options.hpp"
#include "plugin/folders.hpp"
#include "plugin/registry.hpp"
#include "verbs.hpp"

namespace pgt::plugin_tool {
namespace {

namespace fs = std::filesystem;
using plugin::Kind;

constexpr Kind kinds[] = {Kind::backbone, Kind::dataset, Kind::schedule};

/// Whether a library that was left out may be the one: by its name, or because the reason names it.
bool may_have(const plugin::Refused& refused, const std::string& name) {
  const std::string stem = refused.path.stem().string();
  return stem.find(name) != std::string::npos || name.find(stem) != std::string::npos ||
         refused.reason.find('"' + name + '"') != std::string::npos;
}

bool print_where_it_is(const plugin::Registry& registry, const std::string& name) {
  bool found = false;
  for (const Kind kind : kinds) {
    if (registry.find(kind, name) == nullptr) continue;
    const plugin::Manifest& plugin = registry.provider(kind, name);
    std::printf("the %s \"%s\" is there: plugin %s, %s\n  a run file names it in [%s]: use = \"%s\"\n",
                plugin::to_text(kind).c_str(), name.c_str(), plugin.id.c_str(), plugin.path.c_str(),
                check::section_of(kind).c_str(), name.c_str());
    found = true;
  }
  return found;
}

void print_left_out(const plugin::Registry& registry, const std::string& name) {
  const auto print = [](const plugin::Refused& refused) {
    std::printf("  %s: %s\n", printable_name(refused.path.string()).c_str(),
                indented(printable(refused.reason)).c_str());
  };
  const bool any =
      std::ranges::any_of(registry.refused(), [&](const auto& refused) { return may_have(refused, name); });
  if (registry.refused().empty()) return;
  std::printf(any ? "it may be in a library that was left out:\n" : "libraries that were left out:\n");
  for (const plugin::Refused& refused : registry.refused()) {
    if (!any || may_have(refused, name)) print(refused);
  }
}

void print_near_names(const plugin::Registry& registry, const std::string& name) {
  for (const Kind kind : kinds) {
    const std::string near = did_you_mean(name, registry.names(kind));
    if (!near.empty()) std::printf("%ss: %s\n", plugin::to_text(kind).c_str(), near.c_str());
  }
}

void print_folders(const plugin::Registry& registry, const std::vector<fs::path>& folders) {
  std::printf(folders.empty() ? "no folder was looked in: name one with --plugins DIR\n" : "looked in:\n");
  for (const fs::path& folder : folders) {
    const fs::path whole = fs::absolute(folder / "").lexically_normal().parent_path();
    const auto is_in = [&](const fs::path& library) { return library.parent_path() == whole || library == whole; };
    const auto used = std::ranges::count_if(registry.plugins(), [&](const auto& plugin) { return is_in(plugin.path); });
    const auto refused = std::ranges::count_if(registry.refused(), [&](const auto& one) { return is_in(one.path); });
    std::printf("  %s: %td %s, %td left out\n", whole.c_str(), used, used == 1 ? "plugin" : "plugins", refused);
  }
}

int explain_absence(const std::vector<fs::path>& folders, const std::string& name) {
  const plugin::Registry registry(folders, plugin::host_beside_program());
  if (print_where_it_is(registry, name)) return static_cast<int>(ExitCode::ok);
  std::printf("no plugin provides \"%s\"\n", printable_name(name).c_str());
  print_near_names(registry, name);
  print_left_out(registry, name);
  print_folders(registry, folders);
  return static_cast<int>(ExitCode::plugin);
}

}  // namespace

void add_why(CLI::App& app, Program& program) {
  const auto name = std::make_shared<std::string>();
  CLI::App* verb = app.add_subcommand("why", "why a backbone, dataset or schedule is not there");
  verb->add_option("name", *name, "what a run file names in use = \"…\"")->required();
  verb->callback([name, &program] { program.code = explain_absence(plugin::plugin_folders(program.plugins), *name); });
}

}  // namespace pgt::plugin_tool
