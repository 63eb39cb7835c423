/// What is known of a plugin without loading it into the host.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <pgt/sdk/options.hpp>

namespace pgt::plugin {

enum class Kind { backbone, dataset, schedule };

/// "backbone", "dataset", "schedule".
std::string to_text(Kind kind);

/// One thing that a plugin provides.
struct ProvidedSpec {
  Kind kind = Kind::backbone;
  std::string name;
  std::string summary;
  std::vector<sdk::OptionSpec> options;
};

struct Manifest {
  std::filesystem::path path;  ///< of the library, absolute
  std::string id;
  std::string version;
  std::string torch_version;  ///< empty where the plugin provides no backbone
  std::vector<ProvidedSpec> provides;
};

/// A library that was left out, and why: one sentence with both values and the remedy.
struct Refused {
  std::filesystem::path path;
  std::string reason;
};

std::string to_json(const Manifest& manifest);
Manifest manifest_from_json(const std::string& json);

}  // namespace pgt::plugin
