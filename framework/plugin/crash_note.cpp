#include "plugin/crash_note.hpp"

#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/checksum.hpp"
#include "base/file.hpp"
#include "plugin/cache.hpp"
#include "plugin/crash_watch.hpp"
#include "plugin/permissions.hpp"

namespace pgt::plugin {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

fs::path note_of(const fs::path& library) { return cache_file(cache_folder(), library, "crash.json"); }

}  // namespace

void prepare_crash_note(const Manifest& manifest) {
  if (!CrashWatch::active() || cache_folder().empty()) return;
  static std::mutex mutex;
  static auto& files = *new std::map<fs::path, CrashFile>;  // as long as the libraries stay
  const std::lock_guard lock(mutex);
  if (files.contains(manifest.path)) return;
  try {
    const std::string checksum = checksum_of_file(manifest.path);
    files.try_emplace(manifest.path, note_of(manifest.path), manifest.id,
                      [&](const std::string& call, int signal) -> std::string {
                        return json{{"crc32c", checksum}, {"what", crash_sentence(call, signal)}}.dump();
                      });
  } catch (const Error&) {
    // It cannot be read: whoever opens it says so.
  }
}

std::string crash_warning(const Manifest& manifest) {
  if (cache_folder().empty()) return "";
  const std::optional<std::string> note = read_own_file(note_of(manifest.path));
  if (!note) return "";
  try {
    const json content = json::parse(*note);
    if (content.at("crc32c") == checksum_of_file(manifest.path)) {
      return "the program was ended when it used " + manifest.path.string() +
             " last: " + content.at("what").get<std::string>() +
             "; `pgt-host plugin check` looks for the reason, --safe-mode "
             "leaves the plugin out";
    }
  } catch (const std::exception&) {
    // Damaged, and so worth nothing.
  }
  remove_crash_note(manifest.path);
  return "";
}

void remove_crash_note(const fs::path& library) {
  std::error_code ignored;
  fs::remove(note_of(library), ignored);
}

}  // namespace pgt::plugin
