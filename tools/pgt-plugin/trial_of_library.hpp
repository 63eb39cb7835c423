/// A library, once it has been loaded, and the things that it provides.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "plugin/handshake.hpp"
#include "plugin/library.hpp"
#include "plugin/manifest.hpp"

namespace pgt::check {

struct LibraryTrial {
  std::filesystem::path file;
  std::vector<plugin::RecordField> record;  ///< empty: it has no entry
  const plugin::Loaded* loaded = nullptr;   ///< null: it could not be loaded
  /// Throws CannotBeTried where it could not be loaded.
  const sdk::Plugin& plugin() const;
};

/// One thing that it provides, and its options.
struct OptionTrial {
  plugin::Kind kind;
  std::string name;
  std::string summary;
  std::function<std::unique_ptr<sdk::OptionSet>()> options;  ///< fresh ones
  std::vector<sdk::OptionSpec> specs() const;
};

std::vector<OptionTrial> things_of(const sdk::Plugin& plugin);

/// "schedule pgt".
std::string text_of(plugin::Kind kind, const std::string& name);

}  // namespace pgt::check
