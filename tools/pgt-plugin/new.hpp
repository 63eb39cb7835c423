/// `pgt-plugin new`: a folder with a plugin that builds, passes its tests and trains.
#pragma once

#include <filesystem>
#include <string>

#include "plugin/manifest.hpp"

namespace pgt::plugin_tool {

struct NewPlugin {
  plugin::Kind kind = plugin::Kind::backbone;
  std::string name;              ///< what a run file's `use` will say
  std::string id;                ///< of the plugin, worldwide; empty: org.example.NAME
  std::filesystem::path folder;  ///< to make; empty: NAME, in the present one
};

/// Writes the files and prints the commands that come next. Throws Error(usage) for a name that cannot be one, and
/// where the folder is there already; Error(io).
void write_new_plugin(const NewPlugin& wanted);

}  // namespace pgt::plugin_tool
