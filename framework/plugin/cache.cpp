#include "plugin/cache.hpp"

#include <sys/stat.h>

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/runtime_symbol_info.hpp>
#include <functional>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "plugin/handshake.hpp"

namespace pgt::plugin {
namespace {

using nlohmann::json;

json identity_of(const std::filesystem::path& file) {
  struct stat info {};
  if (stat(file.c_str(), &info) != 0) return nullptr;
  return {file.string(), info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec, info.st_ino};
}

const json& identity_of_host() {
  static const json identity = [] {
    const sdk::BuildRecord& host = host_record();
    return json{host.sdk_major,    host.sdk_minor,        host.cxx11_abi,
                host.compiler,     host.standard_library, host.sanitizer,
                host.architecture, host.torch_version,    identity_of(boost::dll::this_line_location())};
  }();
  return identity;
}

json key_of(const std::filesystem::path& library) { return {identity_of(library), identity_of_host()}; }

}  // namespace

std::filesystem::path Cache::file_of(const std::filesystem::path& library) const {
  char name[32];
  std::snprintf(name, sizeof name, "%016zx.json", std::hash<std::string>{}(library.string()));
  return folder_ / "plugins" / name;
}

std::optional<Examination> Cache::find(const std::filesystem::path& library) const {
  if (folder_.empty() || !std::filesystem::exists(file_of(library))) return std::nullopt;
  try {
    const json stored = json::parse(read_file(file_of(library)));
    if (stored.at("key") != key_of(library)) return std::nullopt;
    return examination_from_json(stored.at("answer").dump());
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

void Cache::store(const std::filesystem::path& library, const Examination& examination) const {
  if (folder_.empty() || !examination.lasting) return;
  try {
    std::filesystem::create_directories(folder_ / "plugins");
    const json stored{{"key", key_of(library)}, {"answer", json::parse(to_json(examination))}};
    write_file_atomically(file_of(library), stored.dump());
  } catch (const std::exception&) {
    // A start without a cache is slower and otherwise the same.
  }
}

}  // namespace pgt::plugin
