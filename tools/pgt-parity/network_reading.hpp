/// What the translations of all families need.
#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include <pgt/sdk/options.hpp>

namespace pgt::parity {

/// Throws Error(data) where there is no such option, or it has no such choice.
void set(sdk::OptionSet& options, const std::string& name, sdk::OptionValue value);

/// Throws Error(data) that the backbone has no `what`, unless `holds`.
void require(bool holds, const std::string& what);

/// Throws Error(data) that names a key of `object`, which messages call `what`, that is not among `known`: it may say
/// something that this program would not do. A text of several words only describes.
void require_known(const nlohmann::json& object, const std::string& what,
                   std::initializer_list<std::string_view> known);

/// The one number in nested lists that all say the same; otherwise the backbone has no `what`.
std::int64_t the_same(const nlohmann::json& nested, const std::string& what);

/// The options that all families share: "norm" …
void describe_norm(const nlohmann::json& network, sdk::OptionSet& options);
/// … and those of a head that pools windows.
void describe_head(const nlohmann::json& head, sdk::OptionSet& options);

}  // namespace pgt::parity
