#include "plugin/cache.hpp"

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/runtime_symbol_info.hpp>
#include <functional>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "plugin/handshake.hpp"
#include "plugin/permissions.hpp"

namespace pgt::plugin {
namespace {

using nlohmann::json;

json to_key(const std::filesystem::path& file, const FileIdentity& identity) {
  return {file.string(), identity.device, identity.inode, identity.bytes, identity.modified, identity.changed};
}

const json& key_of_host() {
  static const json key = [] {
    const sdk::BuildRecord& host = host_record();
    const std::filesystem::path code = boost::dll::this_line_location();
    return json{
        host.sdk_major,        host.sdk_minor, host.cxx11_abi,    host.glibcxx_debug, host.compiler,
        host.standard_library, host.sanitizer, host.architecture, host.torch_version, to_key(code, identity_of(code))};
  }();
  return key;
}

json key_of(const std::filesystem::path& library, const FileIdentity& identity) {
  return {to_key(library, identity), key_of_host()};
}

std::filesystem::path file_of(const std::filesystem::path& folder, const std::filesystem::path& library) {
  return cache_file(folder, library, "json");
}

}  // namespace

std::filesystem::path cache_file(const std::filesystem::path& folder, const std::filesystem::path& library,
                                 const char* suffix) {
  char id[32];
  std::snprintf(id, sizeof id, "%016zx.", std::hash<std::string>{}(library.string()));
  return folder / "plugins" / (std::string(id) + suffix);
}

std::optional<Examination> Cache::find(const std::filesystem::path& library, const FileIdentity& identity) const {
  if (folder_.empty()) return std::nullopt;
  const std::optional<std::string> content = read_own_file(file_of(folder_, library));
  if (!content) return std::nullopt;
  try {
    const json stored = json::parse(*content);
    if (stored.at("key") != key_of(library, identity)) return std::nullopt;
    return examination_from_json(stored.at("answer"), library);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

void Cache::store(const std::filesystem::path& library, const FileIdentity& identity,
                  const Examination& examination) const {
  if (folder_.empty() || !examination.lasting) return;
  try {
    const json stored{{"key", key_of(library, identity)}, {"answer", to_json(examination)}};
    write_own_file(file_of(folder_, library), stored.dump(-1, ' ', false, json::error_handler_t::replace));
  } catch (const std::exception&) {
    // A start without a cache is slower and otherwise the same.
  }
}

}  // namespace pgt::plugin
