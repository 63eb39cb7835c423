/// `pgt-host explain`.
#pragma once

#include "cli/command.hpp"

namespace pgt::cli {

/// Prints the sections, one of them, what a plugin provides, or one option. Returns the exit code. Throws Error(usage)
/// with a suggestion for an unknown topic.
int explain(const Command& command, const plugin::Registry& registry);

}  // namespace pgt::cli
