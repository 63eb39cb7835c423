/// Which build of each plugin a run uses: what run folders and checkpoints keep of it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "plugin/registry.hpp"

namespace pgt::plugin {

/// One thing that a run uses, and the library that it is from.
struct Build {
  Kind kind = Kind::backbone;
  std::string name;
  std::string id;  ///< of the plugin
  std::string version;
  std::string checksum;           ///< CRC32C of the library, eight hexadecimal digits
  std::filesystem::path library;  ///< absolute; not kept
};

/// Reads the library. Throws Error(plugin) if it is not the file any more that the registry found.
Build build_of(const Registry& registry, Kind kind, const std::string& name);

/// For a checkpoint: a JSON list, the same wherever the libraries lie.
std::string to_json(const std::vector<Build>& builds);

/// One sentence for each of `now` of which `record`, which `to_json` made, knows another build: what it was then and
/// is now. What has another name there is no other build of it.
std::vector<std::string> other_builds(const std::vector<Build>& now, const std::string& record);

}  // namespace pgt::plugin
