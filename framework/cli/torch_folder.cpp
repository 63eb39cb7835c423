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

/// Of a wheel, without what follows "+"; empty where it does not say.
std::string version_in(const fs::path& folder) {
  std::ifstream file(folder / "version.py");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("__version__")) continue;
    const std::size_t begin = line.find_first_of("'\"") + 1;
    return line.substr(begin, line.find_first_of("'\"+", begin) - begin);
  }
  return "";
}

void check(const fs::path& folder) {
  const auto fail = [&](const std::string& why) {
    throw Error(ExitCode::config, "PGT_TORCH_DIR is " + folder.string() + ", " + why);
  };
  if (!fs::is_regular_file(folder / "lib" / "libtorch_cpu.so")) {
    fail("where there is no lib/libtorch_cpu.so: name the folder of LibTorch that holds lib/, or unset it");
  }
  const std::string version = version_in(folder), own = plugin::host_record().torch_version;
  if (version.empty() || version == own) return;
  fail("which holds LibTorch " + version + ", but this host was built with " + own +
       ": install that version, or build the host again");
}

}  // namespace

void use_torch_folder(const std::vector<std::string>& arguments) {
  const char* folder = std::getenv("PGT_TORCH_DIR");
  if (folder == nullptr || *folder == '\0') return;
  const std::string libraries = fs::absolute(fs::path(folder) / "lib").string();
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

}  // namespace pgt::cli
