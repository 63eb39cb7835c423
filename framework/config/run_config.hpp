/// A whole run file, checked.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "config/augment_options.hpp"
#include "config/document.hpp"
#include "config/run_options.hpp"

namespace pgt::config {

struct RunConfig {
  std::filesystem::path file;
  std::string text;  ///< the file's bytes
  Section model, dataset, schedule;
  TrainOptions train;
  DataOptions data;
  AugmentOptions augment;
  EvalOptions eval;
  RunOptions run;
  Section train_section, data_section, augment_section, eval_section, run_section;  ///< the same with positions
};

/// What the plugins offer for a section ("model", "dataset", "schedule"): the names for `use`, and the options of one.
struct Catalogue {
  std::function<std::vector<std::string>(const std::string& section)> names;
  std::function<const std::vector<sdk::OptionSpec>*(const std::string& section, const std::string& use)> options;
};

/// Reads and checks everything that needs no plugin code: syntax, sections, keys, types, ranges, the host's own rules.
/// Every mistake goes to `diagnostics`; the result is complete only if there is none. Milliseconds.
RunConfig load_run_config(const std::filesystem::path& file, std::span<const std::string> overrides,
                          const Catalogue& catalogue, Diagnostics& diagnostics, Author author = Author::user);

/// The run file with every key and value, and where each was said as a comment. Gives the same run when it is used.
std::string resolved_toml(const RunConfig& config);

}  // namespace pgt::config
