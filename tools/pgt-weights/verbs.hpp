/// What pgt-weights does. Everything throws Error.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace pgt::weights {

/// Prints what a file of weights holds.
void inspect(const std::filesystem::path& file);

struct ImportRequest {
  std::filesystem::path file;
  std::filesystem::path model;  ///< a run file, or a run's folder
  std::filesystem::path out;
  std::vector<std::filesystem::path> plugin_folders;
  std::int64_t classes = 0;  ///< 0: those of the run file's data set
  bool allow_partial = false;
};

/// Writes a file's weights under the names of the backbone that a run file describes, and prints what became of each.
void import(const ImportRequest& request);

/// Writes the weights of a checkpoint, a run's folder or any file that `inspect` reads. The ending of `out` says how:
/// .safetensors; .pth, a state dict; .pyth, as PySlowFast keeps it. `checkpoint` of a run: best or last.
void export_weights(const std::filesystem::path& from, const std::string& checkpoint, const std::filesystem::path& out);

}  // namespace pgt::weights
