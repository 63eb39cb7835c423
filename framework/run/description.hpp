/// The files that say what a run is, written once when it is created.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <pgt/sdk/dataset.hpp>

namespace pgt::run {

/// One video of a split and the names of its classes.
struct SplitRow {
  sdk::Sample sample;
  std::vector<std::string> labels;
};

struct Description {
  std::string run_toml;       ///< the run file's bytes
  std::string resolved_toml;  ///< every key, with its origin
  std::string plugins_json;   ///< the plugins that the run uses
  std::string data_json;      ///< the dataset in figures
  std::vector<std::string> classes;
  std::map<std::string, std::vector<SplitRow>> splits;  ///< "train", "val", "test"
};

/// One row per video: path, label (several joined by "|"), start, end (seconds; empty: the video's), group, id. The
/// dataset plugin `list` reads it; a class whose name has a "|" it takes for several.
std::string split_csv(const std::vector<SplitRow>& rows);

/// Writes run.toml, config.resolved.toml, plugins.json, data.json, classes.txt and splits/NAME.csv. Throws Error(io).
void write_description(const std::filesystem::path& folder, const Description& description);

}  // namespace pgt::run
