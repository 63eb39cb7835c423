/// `predict --overlay FILE.mp4`: the video with what the network sees in it.
#pragma once

#include <functional>
#include <vector>

#include <pgt/sdk/dataset.hpp>

#include "cli/command.hpp"
#include "eval/report.hpp"

namespace pgt::cli {

/// Before anything is scored: throws Error(usage) where there is not one video, or the file would not be an MP4 of its
/// own.
void check_overlay(const Command& command, const std::vector<sdk::Sample>& videos);

/// Draws the one video of an evaluation of moments, and says on stderr what could not be drawn or kept. Nothing where
/// the video was not scored, or where `stop`, which is asked before each frame, says so.
void write_overlay(const Command& command, const eval::Evaluation& evaluation, const config::DataOptions& data,
                   const std::function<bool()>& stop);

}  // namespace pgt::cli
