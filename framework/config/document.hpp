/// A run file: TOML with positions, and the overrides of `--set`.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
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
  std::string word{};  ///< the word that stands for the value, where it has one: "all" for `steps = "all"`
};

/// One section after checking: every option of its specs has a value, except those that do not exist with the others
/// (sdk::Condition).
struct Section {
  std::string name;
  Position position;  ///< of its name; the start of the file where it has no such section
  std::string use;    ///< empty in the host's own sections
  Position use_position;
  std::map<std::string, Value> values;
  std::set<std::string> refused{};  ///< options whose value was an error; `values` holds their default
};

/// Who wrote a run file: its user, or a run, which states every key. Where a `--set` names another plugin for a section
/// of a run's, what the run said of its own plugin is passed on only where the other knows the key too, and it is
/// neither required nor as it is by default. Where it chooses another value of an option that others exist with
/// (sdk::Condition), what the run said of these is not.
enum class Author { user, run };

/// Keys that an unknown one may have been meant for.
struct KnownKeys {
  std::map<std::string, std::vector<std::string>> of_sections;  ///< of each section, as it is used
  std::map<std::string, std::vector<std::string>> of_others{};  ///< of the other plugins for the section
};

class Document {
 public:
  /// Reads the file and applies `--set` overrides ("train.learning_rate=0.1"; the right side is TOML, and a string
  /// where that fails). Syntax errors go to `diagnostics`. Throws Error(usage) if the file is not there, Error(config)
  /// if it cannot be read to its end.
  static Document load(const std::filesystem::path& file, std::span<const std::string> overrides,
                       Diagnostics& diagnostics);
  /// The same from text, as a run folder keeps it.
  static Document parse(std::string text, const std::filesystem::path& file, std::span<const std::string> overrides,
                        Diagnostics& diagnostics);
  ~Document();
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;

  /// False where the file is not TOML; then nothing can be said of what it holds.
  bool valid() const;
  /// The file's bytes.
  const std::string& text() const;
  /// Every top-level table that is not one of `known` is an error, with a suggestion; so is a top-level value.
  void check_section_names(std::span<const std::string> known, Diagnostics& diagnostics) const;
  /// The section's `use = "…"`. An error, which says what may be used there, where the section or the key is missing,
  /// or the value is not one of `names`.
  std::optional<Value> use(const std::string& section, std::span<const std::string> names,
                           Diagnostics& diagnostics) const;
  /// The section's `use` as the file says it, whatever a `--set` says; empty where it says none.
  std::string use_of_file(const std::string& section) const;
  /// Forgets what the file says in the section, but for the keys of `staying`. A `--set` stays.
  void forget(const std::string& section, std::span<const std::string> staying);
  /// Checks the section's keys (other than `use`) and values against `specs` (unknown keys with a suggestion, also from
  /// `elsewhere`; types; ranges; choices; required ones), makes paths absolute, fills in defaults. A relative path
  /// starts at the run file's folder; that of a `--set` or a default, at the current directory.
  /// An option that does not exist with the other values of the section has no value; a key for it is an error, unless
  /// the file is a run's.
  Section section(const std::string& name, std::span<const sdk::OptionSpec> specs, Diagnostics& diagnostics,
                  const KnownKeys& elsewhere = {}, Author author = Author::user) const;

 private:
  Document();
  struct State;
  std::unique_ptr<State> state_;
};

/// Writes the section's values into the fields of `options`.
void apply(const Section& section, sdk::OptionSet& options);

/// Runs the rules across options, and reports each broken one at the position of its option. A rule that involves a
/// refused value is left out: what it compares is not what the file says.
void check_rules(const Section& section, const sdk::OptionSet& options, Diagnostics& diagnostics);

/// The specs of a described struct.
std::vector<sdk::OptionSpec> specs_of(sdk::OptionSet& options);

/// A value as TOML; reading it gives the same value.
std::string to_toml(const sdk::OptionValue& value);

}  // namespace pgt::config
