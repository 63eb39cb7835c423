#include "cli/torch_folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

#include "base/error.hpp"
#include "cli/programs.hpp"
#include "plugin/handshake.hpp"
#include "plugin/process.hpp"

namespace pgt::cli {
namespace {

namespace fs = std::filesystem;

/// Of a wheel (version.py) or an archive of LibTorch (build-version), without what follows "+"; empty where neither
/// says.
std::string version_in(const fs::path& folder) {
  std::ifstream wheel(folder / "version.py"), archive(folder / "build-version");
  std::string line;
  while (std::getline(wheel, line)) {
    if (!line.starts_with("__version__")) continue;
    const std::size_t begin = line.find_first_of("'\"") + 1;
    return line.substr(begin, line.find_first_of("'\"+", begin) - begin);
  }
  std::getline(archive, line);
  return line.substr(0, line.find('+'));
}

bool holds_torch(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_regular_file(folder / "lib" / "libtorch_cpu.so", ignored);
}

void check(const fs::path& folder) {
  const auto fail = [&](const std::string& why) {
    throw Error(ExitCode::config, "PGT_TORCH_DIR is " + folder.string() + ", " + why);
  };
  if (!holds_torch(folder)) {
    fail("where there is no lib/libtorch_cpu.so: name the folder of LibTorch that holds lib/, or unset it");
  }
  const std::string version = version_in(folder), own = plugin::host_record().torch_version;
  if (version.empty() || version == own) return;
  fail("which holds LibTorch " + version + ", but this host was built with " + own +
       ": install that version, or build the host again");
}

fs::path folder_beside_host() { return host_program().parent_path() / "torch"; }

/// Where wheels and archives are installed, those of the user first: only what exists.
std::vector<fs::path> usual_folders() {
  std::vector<fs::path> places;
  for (const char* variable : {"VIRTUAL_ENV", "CONDA_PREFIX", "HOME"}) {
    const char* value = std::getenv(variable);
    if (value == nullptr || *value == '\0') continue;
    places.push_back(variable == std::string("HOME") ? fs::path(value) / ".local" : fs::path(value));
  }
  places.emplace_back("/usr/local");
  std::vector<fs::path> folders;
  std::error_code missing;
  for (const fs::path& place : places) {
    for (const fs::directory_entry& python : fs::directory_iterator(place / "lib", missing)) {
      if (!python.path().filename().string().starts_with("python3")) continue;
      folders.push_back(python.path() / "site-packages" / "torch");
      folders.push_back(python.path() / "dist-packages" / "torch");  // Debian's name
    }
  }
  folders.emplace_back("/opt/libtorch");
  return folders;
}

/// The first of the usual ones that holds this host's version; empty: none, or the host has been told where.
fs::path usual_folder() {
  if (holds_torch(folder_beside_host())) return "";
  for (const fs::path& folder : usual_folders()) {
    if (holds_torch(folder) && version_in(folder) == plugin::host_record().torch_version) return folder;
  }
  return "";
}

/// PGT_TORCH_DIR, which where it is not set becomes the usual folder; empty: LibTorch is where the host looks by
/// itself.
fs::path chosen_folder() {
  const char* given = std::getenv("PGT_TORCH_DIR");
  if (given != nullptr && *given != '\0') return given;
  const fs::path folder = usual_folder();
  if (!folder.empty()) setenv("PGT_TORCH_DIR", folder.c_str(), 1);
  return folder;
}

}  // namespace

void use_torch_folder(const std::vector<std::string>& arguments) {
  const fs::path folder = chosen_folder();
  if (folder.empty()) return;
  const std::string libraries = fs::absolute(folder / "lib").string();
  const char* before = std::getenv("LD_LIBRARY_PATH");
  const std::string others = before == nullptr ? "" : before;
  if (others == libraries || others.starts_with(libraries + ":")) return;
  check(folder);
  setenv("LD_LIBRARY_PATH", (others.empty() ? libraries : libraries + ":" + others).c_str(), 1);
  std::vector<std::string> words{host_program().string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  plugin::become_process(std::move(words));
  throw Error(ExitCode::failure, "cannot start " + host_program().string() + " again for PGT_TORCH_DIR");
}

fs::path torch_folder() {
  const char* given = std::getenv("PGT_TORCH_DIR");
  if (given != nullptr && *given != '\0') return given;
  if (holds_torch(folder_beside_host())) return fs::canonical(folder_beside_host());
  throw Error(ExitCode::config, "there is no LibTorch where it is looked for; " + plugin::how_to_provide_torch());
}

}  // namespace pgt::cli
