/// A golden file's description of a network as options of one of our backbones.
#pragma once

#include <nlohmann/json.hpp>

#include <pgt/sdk/options.hpp>

namespace pgt::parity {

/// Throws Error(data) that names the part of `network` (the field `backbone` of a case) that `slow` does not have.
void describe_slow(const nlohmann::json& network, sdk::OptionSet& options);

}  // namespace pgt::parity
