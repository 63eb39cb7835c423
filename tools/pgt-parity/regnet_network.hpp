/// Golden files' RegNets as options of the plugin regnet.
#pragma once

#include <nlohmann/json.hpp>

#include <pgt/sdk/options.hpp>

namespace pgt::parity {

void describe_regnet(const nlohmann::json& network, sdk::OptionSet& options);

}  // namespace pgt::parity
