/// TOML text, parsed, with the source that its positions refer to.
#pragma once

#include <optional>
#include <string_view>

#include <toml++/toml.h>

#include "config/diagnostics.hpp"
#include "config/source.hpp"

namespace pgt::config {

Position position_of(const toml::source_region& region, const Source& source);

/// Nothing if the text is not TOML.
std::optional<toml::table> parse_toml(std::string_view text);

/// The same, with an error that says where and why. `source` holds the same text.
std::optional<toml::table> parse_toml(std::string_view text, const Source& source, Diagnostics& diagnostics);

}  // namespace pgt::config
