/// What the translations of all families need.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include <pgt/sdk/options.hpp>

namespace pgt::parity {

/// Throws Error(data) where there is no such option.
void set(sdk::OptionSet& options, const std::string& name, sdk::OptionValue value);

/// Throws Error(data) that the backbone has no `what`, unless `holds`.
void require(bool holds, const std::string& what);

/// The one number in nested lists that all say the same; otherwise the backbone has no `what`.
std::int64_t the_same(const nlohmann::json& nested, const std::string& what);

/// The options that all families share: "norm" …
void describe_norm(const nlohmann::json& network, sdk::OptionSet& options);
/// … and those of a head that pools windows.
void describe_head(const nlohmann::json& head, sdk::OptionSet& options);

}  // namespace pgt::parity
