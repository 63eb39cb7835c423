/// What eval and predict share: showing how far scoring has come, and a run's weights.
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

/// RUN/checkpoints/NAME.safetensors, or the file that `name` is the path of; without a name the best one or, where no
/// evaluation has been made, the last one. Throws Error(usage), which names those that there are, if there is none.
std::filesystem::path checkpoint_of(const std::filesystem::path& run, const std::string& name);

/// Whether the file lies among the run's checkpoints.
bool is_checkpoint_of(const std::filesystem::path& run, const std::filesystem::path& file);

/// Loads the weights that --weights asks for, and says on stderr what there is to say about the precision. Returns
/// whether they are an average.
bool load_weights(session::Session& session, const std::filesystem::path& checkpoint, const Command& command);

}  // namespace pgt::cli
