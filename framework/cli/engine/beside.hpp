/// Training on a rank that does not keep the run's folder.
#pragma once

#include "cli/command.hpp"
#include "cli/engine/company.hpp"

namespace pgt::cli {

/// Opens the session and does what rank 0 orders, with a log of its own beside the run's. Returns the exit code.
int train_beside(const Command& command, const config::RunConfig& config, plugin::Registry& registry,
                 dist::Group& group);

}  // namespace pgt::cli
