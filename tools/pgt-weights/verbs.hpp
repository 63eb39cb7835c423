/// What pgt-weights does. Everything throws Error.
#pragma once

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
  std::string classes;  ///< of the head: how many, or a file with one name per line; empty: the run file's dataset's
  std::string weights;  ///< the set to take where the file holds several; empty: the first
  bool allow_partial = false;
};

/// Writes a file's weights under the names of the backbone that a run file describes, and prints what became of each.
void import(const ImportRequest& request);

struct ExportRequest {
  std::filesystem::path from;  ///< a checkpoint, a run's folder or any file that `inspect` reads
  std::filesystem::path out;   ///< its ending says how: .safetensors; .pth, a state dict; .pyth, as PySlowFast keeps it
  std::string checkpoint;      ///< of a run; empty: the best or, without one, the last
  std::string weights;         ///< the set to take where the file holds several; empty: the first
};

void export_weights(const ExportRequest& request);

}  // namespace pgt::weights
