/// A run file, checked as far as that goes without LibTorch.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/run_config.hpp"
#include "plugin/registry.hpp"

namespace pgt::plugin {

/// What the plugins of a section provide: "model", "dataset" or "schedule".
Kind kind_of(const std::string& section);

/// Reads the file, applies the overrides ("SECTION.KEY=VALUE") and checks all sections with what the plugins say about
/// their options; then, for dataset and schedule, the rules that only their code knows. Throws Error(config) with
/// every mistake at once.
config::RunConfig read_run_file(const std::filesystem::path& file, const std::vector<std::string>& overrides,
                                Registry& registry, config::Author author = config::Author::user);

/// The same of a run folder: the run file that it keeps, with all values spelled out. Throws Error(usage) where the
/// folder has none.
config::RunConfig read_run_folder(const std::filesystem::path& run, const std::vector<std::string>& overrides,
                                  Registry& registry);

/// Whichever of the two it is.
config::RunConfig read_run_file_or_folder(const std::filesystem::path& path, const std::vector<std::string>& overrides,
                                          Registry& registry);

}  // namespace pgt::plugin
