/// A run file: TOML with positions, and the overrides of `--set`.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <pgt/sdk/options.hpp>

#include "config/diagnostics.hpp"

namespace pgt::config {

/// A checked value and where it was said; `position.line == 0` for a default.
struct Value {
  sdk::OptionValue value;
  Position position;
};

/// One section after checking: every option of its specs has a value.
struct Section {
  std::string name;
  std::string use;  ///< empty in the host's own sections
  Position use_position;
  std::map<std::string, Value> values;
};

class Document {
 public:
  /// Reads the file and applies `--set` overrides ("train.learning_rate=0.1"; the right side is TOML, and a string
  /// where that fails). Syntax errors go to `diagnostics`. Throws Error(config) if the file cannot be read.
  static Document load(const std::filesystem::path& file, std::span<const std::string> overrides,
                       Diagnostics& diagnostics);
  /// The same from text, as a run folder keeps it.
  static Document parse(std::string text, const std::filesystem::path& file, std::span<const std::string> overrides,
                        Diagnostics& diagnostics);
  ~Document();
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;

  const std::filesystem::path& file() const;
  /// Every top-level table that is none of `known` is an error, with a suggestion; so is a top-level value.
  void check_section_names(std::span<const std::string> known, Diagnostics& diagnostics) const;
  /// The section's `use = "…"`, if it is there; an error where it is missing or not text.
  std::optional<Value> use(const std::string& section, Diagnostics& diagnostics) const;
  /// Checks the section's keys and values against `specs` (unknown keys with a suggestion, also from other sections'
  /// specs in `elsewhere`; types; ranges; choices; required ones), makes paths absolute, fills in defaults.
  Section section(const std::string& name, std::span<const sdk::OptionSpec> specs, Diagnostics& diagnostics,
                  const std::map<std::string, std::vector<std::string>>& elsewhere = {}) const;

 private:
  Document();
  struct State;
  std::unique_ptr<State> state_;
};

/// Writes the section's values into the fields of `options`.
void apply(const Section& section, sdk::OptionSet& options);

/// Runs the rules across options, and reports each broken one at the position of its option.
void check_rules(const Section& section, const sdk::OptionSet& options, Diagnostics& diagnostics);

/// The specs of a described struct.
std::vector<sdk::OptionSpec> specs_of(sdk::OptionSet& options);

/// A value as TOML.
std::string to_toml(const sdk::OptionValue& value);

}  // namespace pgt::config
