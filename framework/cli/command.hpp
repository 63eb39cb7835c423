/// A command line, taken apart.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "config/run_config.hpp"
#include "plugin/registry.hpp"

namespace pgt::cli {

struct Command {
  std::string verb;                                   ///< "train" for the bare form
  std::vector<std::filesystem::path> plugin_folders;  ///< --plugins, PGT_PLUGINS, the host's own
  std::vector<std::string> overrides;                 ///< --set
  std::vector<std::string> arguments;                 ///< what is left: the run file, or RUN and videos
  std::string split = "val";                          ///< --split of eval
  std::filesystem::path output;                       ///< -o of predict, eval, features and preview
  std::string checkpoint;                             ///< --checkpoint of those that take a run: name or file
  std::string weights = "auto";                       ///< --weights of these: average or raw
  std::filesystem::path scores;                       ///< --scores of predict
  std::filesystem::path overlay;                      ///< --overlay of predict
  bool realtime = false;                              ///< --realtime of predict
  std::string format;                                 ///< --format of predict; empty: as suits the place
  bool json = false;                                  ///< --json of plan and plugins
  std::int64_t epoch = 1;                             ///< --epoch of plan
  std::int64_t iteration = 1;                         ///< --iteration of plan, in the epoch
  std::vector<std::int64_t> ratios;                   ///< --pathways of plan: frames for one of the slowest
  std::filesystem::path svg;                          ///< --svg of plan
  bool safe_mode = false;                             ///< --safe-mode
  std::vector<std::filesystem::path> left_out;        ///< folders of plugins that --safe-mode leaves out
  bool strict = false;                                ///< --strict of resume
  bool probe = false;                                 ///< --probe of check
  std::filesystem::path trace;                        ///< --trace of those that compute
  bool quiet = false;
  bool progress = true;
  bool color = true;
};

/// The verbs that need LibTorch. Exported by the engine library under the name `pgt_engine_main`; the return value is
/// the process's exit code. Throws Error.
using EngineMain = int(const Command& command, const config::RunConfig& config, plugin::Registry& registry);

}  // namespace pgt::cli
