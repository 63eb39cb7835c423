/// `pgt-host predict RUN SOURCE`, where the source is a live stream.
#pragma once

#include "cli/command.hpp"
#include "plugin/registry.hpp"
#include "video/live_address.hpp"

namespace pgt::cli {

/// Prints a line of JSON for each fragment as soon as it is scored, until the stream is over or a signal comes; then a
/// summary on stderr. Returns the exit code and throws Error.
int predict_stream(const Command& command, const config::RunConfig& config, plugin::Registry& registry,
                   const video::LiveAddress& address);

}  // namespace pgt::cli
