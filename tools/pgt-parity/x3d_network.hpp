/// Golden files' X3D networks as options of the plugin x3d.
#pragma once

#include <nlohmann/json.hpp>

#include <pgt/sdk/options.hpp>

namespace pgt::parity {

void describe_x3d(const nlohmann::json& network, sdk::OptionSet& options);

}  // namespace pgt::parity
