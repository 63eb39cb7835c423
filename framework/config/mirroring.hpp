/// Whether training mirrors its clips, where the run file leaves that open.
#pragma once

#include <string>

#include <pgt/sdk/dataset.hpp>

#include "config/run_config.hpp"

namespace pgt::config {

/// Turns data.flip off where a class's name tells left from right, unless the run file says data.flip itself. Returns
/// what to report about mirroring, a sentence; empty where nothing is out of the ordinary.
std::string decide_mirroring(RunConfig& config, const sdk::DatasetInfo& dataset);

}  // namespace pgt::config
