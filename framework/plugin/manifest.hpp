/// What is known about a plugin without loading it into the host.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include <pgt/sdk/options.hpp>

#include "plugin/library_file.hpp"

namespace pgt::plugin {

enum class Kind { backbone, dataset, schedule };

/// "backbone", "dataset", "schedule".
std::string to_text(Kind kind);
/// The kind of such a text. Throws std::invalid_argument.
Kind kind_from_text(const std::string& text);

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
  FileIdentity identity{};  ///< of the library when it was examined
};

/// A library that was left out, and why: one sentence with both values and the remedy, and below it what the library
/// printed before it ended the process.
struct Refused {
  std::filesystem::path path;
  std::string reason;
};

nlohmann::json to_json(const Manifest& manifest);
/// The path is that of the library that was asked, whatever the JSON says. Throws std::exception where it is not from
/// `to_json`.
Manifest manifest_from_json(const nlohmann::json& json, const std::filesystem::path& library);

}  // namespace pgt::plugin
