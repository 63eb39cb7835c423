/// A run file in a folder of its own, and a small catalogue of plugins to check it against.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "config/run_config.hpp"

namespace pgt::config::testing {

struct SlowOptions {
  std::int64_t depth = 18;
  std::string norm = "batch";
  std::vector<std::int64_t> kernels{1, 3};
  void describe(sdk::Options& o) {
    o("depth", depth).one_of<std::int64_t>({18, 34, 50});
    o("norm", norm).one_of({"batch", "frozen", "group"});
    o("kernels", kernels).at_least(1);
  }
};

struct FolderOptions {
  std::string root{};
  std::vector<std::string> skip{};
  void describe(sdk::Options& o) {
    o("root", root).required().path().help("folder of the videos");
    o("skip", skip);
  }
};

struct PgtOptions {
  std::int64_t steps = 5;
  std::int64_t step_length = 8;
  std::int64_t overlap = 1;
  double momentum = 0;
  void describe(sdk::Options& o) {
    o("steps", steps).at_least(1).unit("steps").word("all", 0);
    o("step_length", step_length).at_least(1);
    o("overlap", overlap).at_least(0);
    o("momentum", momentum).range(0, 1);
  }
  void check(sdk::Problems& problems) const {
    if (overlap >= step_length) {
      problems.push_back({"overlap", "must be less than step_length (" + std::to_string(step_length) + ")"});
    }
  }
};

struct ClipOptions {
  std::int64_t frames = 8;
  void describe(sdk::Options& o) { o("frames", frames).at_least(1); }
};

template <class T>
std::vector<sdk::OptionSpec> specs() {
  sdk::TypedOptions<T> options;
  return specs_of(options);
}

class RunFile : public ::testing::Test {
 protected:
  RunFile() {
    std::string name = (std::filesystem::temp_directory_path() / "pgt-config-XXXXXX").string();
    folder = std::filesystem::canonical(::mkdtemp(name.data()));
    file = folder / "run.toml";
  }
  ~RunFile() override { std::filesystem::remove_all(folder); }

  RunConfig load(const std::string& text, const std::vector<std::string>& overrides = {}) {
    write_file_atomically(file, text);
    diagnostics = {};
    return load_run_config(file, overrides, catalogue, diagnostics);
  }

  /// What `load` reports, with the file's folder cut off.
  std::string errors(const std::string& text, const std::vector<std::string>& overrides = {}) {
    load(text, overrides);
    std::string report = diagnostics.text();
    const std::string prefix = folder.string() + '/';
    for (std::size_t at = report.find(prefix); at != std::string::npos; at = report.find(prefix)) {
      report.erase(at, prefix.size());
    }
    return report;
  }

  /// The report on a file that is right except for `lines`, which start at line 8.
  std::string errors_below(const std::string& lines, const std::vector<std::string>& overrides = {}) {
    return errors(head + lines, overrides);
  }

  const std::string head =
      "[model]\nuse = \"slow\"\n[dataset]\nuse = \"folder\"\nroot = \"videos\"\n[schedule]\nuse = \"pgt\"\n";
  std::filesystem::path folder;
  std::filesystem::path file;
  Diagnostics diagnostics;

  std::vector<sdk::OptionSpec> slow = specs<SlowOptions>(), videos = specs<FolderOptions>(), pgt = specs<PgtOptions>(),
                               clip = specs<ClipOptions>();
  Catalogue catalogue{
      [](const std::string& section) -> std::vector<std::string> {
        if (section == "schedule") return {"clip", "pgt"};
        return {section == "model" ? "slow" : "folder"};
      },
      [this](const std::string& section, const std::string& use) -> const std::vector<sdk::OptionSpec>* {
        if (section == "schedule") return use == "clip" ? &clip : &pgt;
        return section == "model" ? &slow : &videos;
      }};
};

}  // namespace pgt::config::testing
