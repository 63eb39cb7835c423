// What pgt-host calls once the run file is checked and LibTorch may be loaded.

#include <filesystem>
#include <optional>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/trace.hpp"
#include "cli/engine/verbs.hpp"
#include "config/setting_error.hpp"
#include "dist/world.hpp"
#include "nn/full_memory.hpp"
#include "nn/tensor_memory.hpp"

namespace pgt::cli {
namespace {

int run_verb(const Command& command, const config::RunConfig& config, plugin::Registry& registry) {
  if (command.verb == "train") return run_train(command, config, registry);
  if (command.verb == "resume") return run_resume(command, config, registry);
  if (command.verb == "eval") return run_eval(command, config, registry);
  if (command.verb == "predict") return run_predict(command, config, registry);
  if (command.verb == "features") return run_features(command, config, registry);
  if (command.verb == "check") {
    const bool of_run = std::filesystem::is_directory(command.arguments.at(0));
    return of_run ? check_run(command, config, registry) : run_check(command, config, registry);
  }
  if (command.verb == "preview") return run_preview(command, config, registry);
  throw Error(ExitCode::usage, "the engine has no verb \"" + command.verb + "\"");
}

/// Every rank traces itself.
std::string trace_file(const std::string& given) {
  const int rank = dist::world_of_environment().rank;
  return rank == 0 ? given : given + ".rank-" + std::to_string(rank);
}

}  // namespace
}  // namespace pgt::cli

extern "C" int pgt_engine_main(const pgt::cli::Command& command, const pgt::config::RunConfig& config,
                               pgt::plugin::Registry& registry) {
  pgt::nn::use_tensor_memory();  // before the first tensor
  std::optional<pgt::Trace> trace;
  if (!command.trace.empty()) {
    const std::string file = pgt::cli::trace_file(command.trace);
    pgt::check_output(file);
    pgt::check_output_is_not(file, config.file);
    trace.emplace(file);
  }
  return pgt::nn::naming_full_memory(
      [&] { return pgt::config::with_lines(config, [&] { return pgt::cli::run_verb(command, config, registry); }); });
}
