/// A golden file's description of a network as options of one of our backbones.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include <pgt/sdk/options.hpp>

namespace pgt::parity {

/// The name of our backbone for `network`, the field `backbone` of a case. Throws Error(data) where there is none.
std::string backbone_name(const nlohmann::json& network);

/// Sets the options of that backbone. Throws Error(data) that names the part of `network` that it does not have.
void set_options(const nlohmann::json& network, sdk::OptionSet& options);

}  // namespace pgt::parity
