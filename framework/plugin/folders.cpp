#include "plugin/folders.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <string>

namespace pgt::plugin {
namespace {

namespace fs = std::filesystem;

fs::path own_folder() { return fs::read_symlink("/proc/self/exe").parent_path(); }

}  // namespace

std::vector<fs::path> plugin_folders(std::vector<fs::path> given) {
  const char* variable = std::getenv("PGT_PLUGINS");
  std::istringstream list(variable != nullptr ? variable : "");
  for (std::string folder; std::getline(list, folder, ':');) {
    if (!folder.empty()) given.emplace_back(folder);
  }
  std::error_code ignored;
  const fs::path own = own_plugin_folder();
  const bool is_given = std::ranges::any_of(given, [&](const auto& one) { return fs::equivalent(one, own, ignored); });
  if (!is_given && fs::is_directory(own, ignored)) given.push_back(own);
  return given;
}

fs::path own_plugin_folder() { return own_folder() / "plugins"; }

fs::path host_beside_program() { return own_folder() / "pgt-host"; }

}  // namespace pgt::plugin
