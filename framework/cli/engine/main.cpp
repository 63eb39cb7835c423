// What pgt-host calls once the run file is checked and LibTorch may be loaded.

#include "base/error.hpp"
#include "cli/engine/verbs.hpp"
#include "nn/tensor_memory.hpp"

extern "C" int pgt_engine_main(const pgt::cli::Command& command, const pgt::config::RunConfig& config,
                               pgt::plugin::Registry& registry) {
  pgt::nn::use_tensor_memory();  // before the first tensor
  if (command.verb == "train") return pgt::cli::run_train(command, config, registry);
  if (command.verb == "resume") return pgt::cli::run_resume(command, config, registry);
  if (command.verb == "eval") return pgt::cli::run_eval(command, config, registry);
  if (command.verb == "predict") return pgt::cli::run_predict(command, config, registry);
  if (command.verb == "check") return pgt::cli::run_check(command, config, registry);
  if (command.verb == "preview") return pgt::cli::run_preview(command, config, registry);
  throw pgt::Error(pgt::ExitCode::usage, "the engine has no verb \"" + command.verb + "\"");
}
