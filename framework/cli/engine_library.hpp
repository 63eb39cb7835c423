/// The engine library, which brings LibTorch.
#pragma once

#include "cli/command.hpp"

namespace pgt::cli {

/// Opens what the run's device needs, then the engine, and lets it do the verb. Returns the exit code. Throws Error,
/// with ExitCode::device where `[train] device` asks for CUDA and its library cannot be loaded.
int run_engine(const Command& command, const config::RunConfig& config, plugin::Registry& registry);

}  // namespace pgt::cli
