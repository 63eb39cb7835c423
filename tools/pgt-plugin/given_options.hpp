/// The options that `--option KEY=VALUE` gives to what a plugin provides.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <pgt/sdk/options.hpp>

#include "plugin/manifest.hpp"

namespace pgt::check {

/// Assigns those of `given` whose keys `options` has; the others are for something else that the plugin provides.
/// Checked as in a run file: throws Error(config). Throws CannotBeTried where a required one is missing.
void apply_given(const std::vector<std::string>& given, plugin::Kind kind, const std::string& name,
                 sdk::OptionSet& options);

/// Of a run file, where something of that kind is named: "model".
std::string section_of(plugin::Kind kind);

/// KEY of KEY=VALUE.
std::string key_of(const std::string& option);

/// Those whose keys it has.
std::vector<std::string> given_to(const std::vector<sdk::OptionSpec>& specs, const std::vector<std::string>& given);

/// The required options that nobody gave.
std::vector<std::string> missing_options(const std::vector<sdk::OptionSpec>& specs,
                                         const std::vector<std::string>& given);

}  // namespace pgt::check
