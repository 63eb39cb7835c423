#include "cli/programs.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "plugin/process.hpp"

namespace pgt::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view prefix = "pgt-";

[[noreturn]] void unknown_verb(const std::string& name, std::span<const std::string> verbs) {
  std::vector<std::string> known(verbs.begin(), verbs.end());
  for (std::string& program : programs_beside_host()) known.push_back(std::move(program));
  std::string text = "unknown verb \"" + name + "\"";
  if (const std::string suggestion = did_you_mean(name, known); !suggestion.empty()) text += ": " + suggestion;
  throw Error(ExitCode::usage, text + "\nverbs: " + join(known, ", ") + "; a run file ends with .toml");
}

}  // namespace

fs::path host_program() { return fs::read_symlink("/proc/self/exe"); }

std::vector<std::string> programs_beside_host() {
  std::vector<std::string> names;
  const fs::path host = host_program();
  std::error_code ignored;  // of a link that leads nowhere
  for (const fs::directory_entry& entry : fs::directory_iterator(host.parent_path())) {
    const std::string file = entry.path().filename().string();
    if (!file.starts_with(prefix) || file == host.filename() || !entry.is_regular_file(ignored)) continue;
    if (access(entry.path().c_str(), X_OK) == 0) names.push_back(file.substr(prefix.size()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

void become_program(const std::string& name, std::span<const std::string> arguments,
                    std::span<const fs::path> plugin_folders, std::span<const std::string> verbs) {
  const std::vector<std::string> programs = programs_beside_host();
  if (std::find(programs.begin(), programs.end(), name) == programs.end()) unknown_verb(name, verbs);

  if (!plugin_folders.empty()) {
    std::vector<std::string> folders;
    for (const fs::path& folder : plugin_folders) {
      folders.push_back(fs::absolute(folder).string());
      if (folders.back().find(':') == std::string::npos) continue;
      throw Error(ExitCode::usage, "the folder of plugins " + folders.back() +
                                       " has a \":\" in its path, which separates folders in PGT_PLUGINS: give it "
                                       "another name");
    }
    setenv("PGT_PLUGINS", join(folders, ":").c_str(), 1);
  }
  const std::string program = (host_program().parent_path() / (std::string(prefix) + name)).string();
  std::vector<std::string> words{program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  plugin::become_process(std::move(words));
  throw Error(ExitCode::failure, "cannot run " + program + ": " + std::strerror(errno));
}

}  // namespace pgt::cli
