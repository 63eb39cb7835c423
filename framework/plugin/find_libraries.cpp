#include "plugin/find_libraries.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "plugin/permissions.hpp"

namespace pgt::plugin {
namespace {

namespace fs = std::filesystem;

/// The `*.so` of a folder, sorted; or the library itself where `folder` is a file.
std::vector<fs::path> names_in(const fs::path& folder) {
  std::vector<fs::path> names;
  std::error_code error, ignored;
  if (fs::is_regular_file(folder, ignored)) return {fs::absolute(folder)};
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const fs::path& path = entry->path();
    if (path.extension() == ".so" && !fs::is_directory(path, ignored)) names.push_back(fs::absolute(path));
  }
  if (error) {
    throw Error(ExitCode::usage, "cannot read the plugin folder or library " + folder.string() + ": " +
                                     error.message() + "; check --plugins and PGT_PLUGINS");
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

std::vector<Library> find_libraries(std::span<const fs::path> folders, std::vector<Refused>& refused) {
  std::vector<Library> libraries;
  std::set<FileIdentity> seen;
  for (const fs::path& folder : folders) {
    for (const fs::path& name : names_in(folder)) {
      const fs::path path = name.lexically_normal();
      try {
        const FileIdentity identity = identity_of(path);
        if (seen.insert(identity).second) libraries.push_back({path, identity});
      } catch (const Error& error) {
        refused.push_back({path, error.what()});
      }
    }
  }
  return libraries;
}

std::vector<std::string> warnings_of(std::span<const fs::path> folders, const std::vector<Library>& libraries) {
  std::vector<std::string> warnings;
  std::set<fs::path> named;
  const auto look_at = [&](const fs::path& path) {
    const std::string others = others_who_may_write(path);
    if (others.empty() || !named.insert(path).second) return;
    warnings.push_back(others + " may write to " + path.string() +
                       ", and plugins are code that runs as you: own it, and chmod go-w");
  };
  for (const fs::path& folder : folders) look_at(fs::absolute(folder / "").lexically_normal().parent_path());
  for (const Library& library : libraries) {
    if (!named.contains(library.path.parent_path())) look_at(library.path);
  }
  return warnings;
}

}  // namespace pgt::plugin
