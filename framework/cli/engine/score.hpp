/// What training, eval, predict and preview share: scoring videos, showing how far it has come, and where results go.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "cli/command.hpp"
#include "cli/engine/session.hpp"
#include "eval/report.hpp"

namespace pgt::cli {

/// Told how many clips of how many are done; false ends the scoring.
using ClipProgress = std::function<bool(std::int64_t done, std::int64_t all)>;

/// Scores a split of the session's data set.
eval::Evaluation evaluate_split(const Session& session, sdk::Split split, const std::string& name,
                                const ClipProgress& progress);

/// A counter on the terminal's last line; silent off a terminal and when asked to be.
ClipProgress clip_counter(const Command& command, std::string verb);

/// Before the work, so that it is not lost for a place that is not there. Throws Error(io) naming the option.
void check_place(const std::filesystem::path& output);

/// RUN/checkpoints/NAME.safetensors. "best" is "last" where no evaluation has been made. Throws Error(usage) if the
/// run has no checkpoint.
std::filesystem::path checkpoint_of(const std::filesystem::path& run, const std::string& name);

}  // namespace pgt::cli
