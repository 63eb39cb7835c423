/// From a TOML value to the value of an option, strictly: no text becomes a number, no number becomes text.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <pgt/sdk/options.hpp>

#include "config/document.hpp"
#include "config/toml_source.hpp"

namespace pgt::config {

/// One key of a section, as it was said last.
struct Entry {
  Position key;
  Position value;
  const toml::node* node = nullptr;
  const Source* source = nullptr;
  std::filesystem::path folder;             ///< where relative paths start
  std::optional<std::string> command_text;  ///< of a `--set`: what is to the right of "=", which needs no quotes
};

/// The value, checked against the spec's type, range and choices; nothing after an error was reported.
std::optional<Value> convert(const Entry& entry, const sdk::OptionSpec& spec, Diagnostics& diagnostics);

/// The value of an option that nobody gave. A relative path starts at the current directory.
Value default_of(const sdk::OptionSpec& spec);

}  // namespace pgt::config
