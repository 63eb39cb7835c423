/// What the tests of plugins share.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "plugin/process.hpp"

namespace pgt::plugin {

namespace fs = std::filesystem;

/// A library of tests/plugins_faulty.
inline fs::path faulty(const std::string& name) {
  return fs::path(PGT_BUILD_DIR) / "tests" / "faulty" / name / (name + ".so");
}

/// Each test has a folder of its own, and a cache that nobody else uses.
class PluginTest : public ::testing::Test {
 protected:
  PluginTest() {
    std::string name = (fs::temp_directory_path() / "pgt-plugin-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    setenv("PGT_CACHE_DIR", (folder_ / "cache").c_str(), 1);
    unsetenv("PGT_PLUGINS");
    unsetenv("NO_COLOR");
  }
  ~PluginTest() override { fs::remove_all(folder_); }

  /// A folder with copies of these libraries of tests/plugins_faulty.
  fs::path folder_with(const std::vector<std::string>& names, const std::string& folder = "plugins") const {
    fs::create_directories(folder_ / folder);
    for (const std::string& name : names) fs::copy_file(faulty(name), folder_ / folder / (name + ".so"));
    return folder_ / folder;
  }

  fs::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }

  fs::path folder_;
};

struct HostRun {
  int code;  ///< exit code, -1 if it did not end by itself
  std::string out;
  std::string err;
};

inline HostRun run_program(std::vector<std::string> arguments) {
  const ProcessResult result = run_process(arguments, std::chrono::seconds(120));
  const bool ended = !result.timed_out && WIFEXITED(result.status);
  return {ended ? WEXITSTATUS(result.status) : -1, result.output, result.errors};
}

inline HostRun run_host(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), PGT_HOST);
  return run_program(std::move(arguments));
}

inline std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace pgt::plugin
