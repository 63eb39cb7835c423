/// Golden files' residual networks as options of the plugin resnet3d.
#pragma once

#include <nlohmann/json.hpp>

#include <pgt/sdk/options.hpp>

namespace pgt::parity {

void describe_c2d(const nlohmann::json& network, sdk::OptionSet& options);
void describe_i3d(const nlohmann::json& network, sdk::OptionSet& options);
void describe_slow(const nlohmann::json& network, sdk::OptionSet& options);
void describe_slowfast(const nlohmann::json& network, sdk::OptionSet& options);

}  // namespace pgt::parity
