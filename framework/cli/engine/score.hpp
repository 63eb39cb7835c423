/// What eval, predict and preview share: showing how far scoring has come, and where results go.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "cli/command.hpp"
#include "session/scoring.hpp"

namespace pgt::cli {

/// A counter on the terminal's last line; silent off a terminal and when asked to be.
session::ClipProgress clip_counter(const Command& command, std::string verb);

/// Before the work, so that it is not lost for a place that is not there. Throws Error(io) naming the option.
void check_place(const std::filesystem::path& output);

/// RUN/checkpoints/NAME.safetensors. "best" is "last" where no evaluation has been made. Throws Error(usage) if the
/// run has no checkpoint.
std::filesystem::path checkpoint_of(const std::filesystem::path& run, const std::string& name);

}  // namespace pgt::cli
