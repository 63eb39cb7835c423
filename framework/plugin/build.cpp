#include "plugin/build.hpp"

#include <nlohmann/json.hpp>

#include "base/checksum.hpp"
#include "base/error.hpp"

namespace pgt::plugin {
namespace {

using nlohmann::ordered_json;

std::string described(const std::string& id, const std::string& version, const std::string& checksum) {
  return "plugin " + id + (version.empty() ? "" : " " + version) + " (crc32c " + checksum + ")";
}

}  // namespace

Build build_of(const Registry& registry, Kind kind, const std::string& name) {
  const Manifest& manifest = registry.provider(kind, name);
  Build build{kind, name, manifest.id, manifest.version, checksum_of_file(manifest.path), manifest.path};
  if (identity_of(manifest.path) == manifest.identity) return build;
  throw Error(ExitCode::plugin,
              "plugin " + manifest.id + ": " + manifest.path.string() + " was replaced after the start; start again");
}

std::string to_json(const std::vector<Build>& builds) {
  ordered_json list = ordered_json::array();
  for (const Build& build : builds) {
    list.push_back({{"kind", to_text(build.kind)},
                    {"name", build.name},
                    {"plugin", build.id},
                    {"version", build.version},
                    {"crc32c", build.checksum}});
  }
  return list.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::vector<std::string> other_builds(const std::vector<Build>& now, const std::string& record) {
  std::vector<std::string> differences;
  try {
    for (const ordered_json& then : ordered_json::parse(record)) {
      for (const Build& build : now) {
        if (then.at("kind") != to_text(build.kind) || then.at("name") != build.name) continue;
        if (then.at("plugin") == build.id && then.at("crc32c") == build.checksum) continue;
        differences.push_back("the " + to_text(build.kind) + " \"" + build.name + "\" was of " +
                              described(then.at("plugin"), then.at("version"), then.at("crc32c")) + " and is now of " +
                              described(build.id, build.version, build.checksum) + ", " + build.library.string());
      }
    }
  } catch (const ordered_json::exception& error) {
    throw Error(ExitCode::plugin, std::string("the record of plugins cannot be understood: ") + error.what());
  }
  return differences;
}

}  // namespace pgt::plugin
