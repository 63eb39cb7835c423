/// `pgt-host plan`: what a schedule does, without LibTorch.
#pragma once

#include "cli/command.hpp"

namespace pgt::cli {

/// The pathways are those of --pathways, for only LibTorch could tell the network's; one where it is not given. Without
/// a dataset that can be opened, how many iterations an epoch has is not known, which is said. Throws Error.
int show_plan(const Command& command, const config::RunConfig& config, plugin::Registry& registry);

}  // namespace pgt::cli
