/// A setting of the run file that cannot be.
#pragma once

#include <string>

#include "base/error.hpp"
#include "config/run_config.hpp"

namespace pgt::config {

/// Thrown where nobody knows the run file's lines. `key` is "section.key", or "section.use", and the text says what is
/// wrong with it, and what to do. A section alone: the first of its keys that the text names, or else its `use`.
class SettingError final : public Error {
 public:
  SettingError(std::string key, const std::string& text) : Error(ExitCode::config, text), key_(std::move(key)) {}
  const std::string& key() const { return key_; }

 private:
  std::string key_;
};

/// Where the run file says it: the key, or its section where that is left out.
Position position_of(const SettingError& error, const RunConfig& config);

/// Runs `work`; a SettingError that leaves it becomes one that shows the line, as `Diagnostics` do.
template <class Work>
auto with_lines(const RunConfig& config, Work&& work) {
  try {
    return work();
  } catch (const SettingError& error) {
    Diagnostics diagnostics;
    diagnostics.error(position_of(error, config), error.what());
    throw MistakesInFile(ExitCode::config, diagnostics.text());
  }
}

}  // namespace pgt::config
