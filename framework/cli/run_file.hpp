/// A command's run file, checked as far as that goes without LibTorch.
#pragma once

#include "cli/command.hpp"

namespace pgt::cli {

/// The run file that the command means: its argument, or what the run folder keeps.
std::filesystem::path run_file_of(const Command& command);

/// Reads it and checks all sections, with what the plugins say of their options; then, for data set and schedule, the
/// rules that only their code knows. Throws Error(config) with every mistake at once.
config::RunConfig read_run_file(const Command& command, plugin::Registry& registry);

}  // namespace pgt::cli
