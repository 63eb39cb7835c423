/// What training, eval, predict and preview share: scoring videos and showing how far it has come.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "cli/command.hpp"
#include "eval/report.hpp"
#include "session/session.hpp"

namespace pgt::cli {

/// Told how many clips of how many are done; false ends the scoring.
using ClipProgress = std::function<bool(std::int64_t done, std::int64_t all)>;

/// Scores a split of the session's data set.
eval::Evaluation evaluate_split(const session::Session& session, sdk::Split split, const std::string& name,
                                const ClipProgress& progress);

/// A counter on the terminal's last line; silent off a terminal and when asked to be.
ClipProgress clip_counter(const Command& command, std::string verb);

/// RUN/checkpoints/NAME.safetensors. "best" is "last" where no evaluation has been made. Throws Error(io) if the run
/// has no checkpoint.
std::filesystem::path checkpoint_of(const std::filesystem::path& run, const std::string& name);

}  // namespace pgt::cli
