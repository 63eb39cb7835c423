/// `pgt-host plugins`.
#pragma once

#include "cli/command.hpp"

namespace pgt::cli {

/// Prints what there is and what was left out. Returns the exit code: plugin if nothing could be loaded.
int list_plugins(const Command& command, const plugin::Registry& registry);

}  // namespace pgt::cli
