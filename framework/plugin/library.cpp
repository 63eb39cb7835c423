#include "plugin/library.hpp"

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>
#include <list>
#include <map>
#include <mutex>

#include "plugin/handshake.hpp"

namespace pgt::plugin {
namespace {

/// Boost.DLL wraps the dynamic linker's sentence, which alone says what is missing.
std::string linker_message(const std::system_error& error) {
  const std::string text = error.what();
  const std::string before = "dlerror system message: ";
  const std::size_t begin = text.find(before);
  const std::size_t end = text.rfind("): ");
  if (begin == std::string::npos || end == std::string::npos) return text;
  return text.substr(begin + before.size(), end - begin - before.size());
}

void require_same(const std::filesystem::path& file, const FileIdentity& identity) {
  if (identity_of(file) == identity) return;
  throw Error(ExitCode::plugin, "it was replaced after it had been examined; start again");
}

/// Never closed: objects, exceptions and destructors of a plugin refer to its code until the process ends. `file` is
/// absolute.
const boost::dll::shared_library& open_library(const std::filesystem::path& file, const FileIdentity& identity) {
  using boost::dll::load_mode::rtld_local;
  using boost::dll::load_mode::rtld_now;
  static auto& libraries = *new std::list<boost::dll::shared_library>;
  static std::mutex mutex;
  require_same(file, identity);
  try {
    // Not lazily: a missing function must show now, not in the middle of a run.
    boost::dll::shared_library library(file, rtld_now | rtld_local);
    require_same(file, identity);  // nor was it replaced while it was opened
    const std::lock_guard lock(mutex);
    return libraries.emplace_back(std::move(library));
  } catch (const std::system_error& error) {
    const std::string message = linker_message(error);
    throw Error(ExitCode::plugin, "the dynamic linker refuses it: " + message + "; " + how_to_link(message));
  }
}

const sdk::PluginEntry& entry_of(const boost::dll::shared_library& library) {
  if (!library.has(PGT_ENTRY_SYMBOL)) {
    throw Incompatible("it exports no " PGT_ENTRY_SYMBOL
                       ", so it is not a plugin; register with PGT_PLUGIN or move the file elsewhere");
  }
  const sdk::PluginEntry* entry = library.get<const sdk::PluginEntry*()>(PGT_ENTRY_SYMBOL)();
  if (entry == nullptr) throw Incompatible("its " PGT_ENTRY_SYMBOL " returns nothing; register with PGT_PLUGIN");
  return *entry;
}

}  // namespace

const Loaded& load(const std::filesystem::path& file, const FileIdentity& identity) {
  static auto& known = *new std::map<FileIdentity, Loaded>;
  static std::mutex mutex;

  const std::lock_guard lock(mutex);
  if (const auto found = known.find(identity); found != known.end()) return found->second;

  const sdk::PluginEntry& entry = entry_of(open_library(file, identity));
  const std::string reason = mismatch(host_record(), entry.build);
  if (!reason.empty()) throw Incompatible(reason);
  Loaded loaded;
  loaded.torch_version = entry.build.torch_version != nullptr ? entry.build.torch_version : "";
  try {
    entry.describe(loaded.plugin);
  } catch (const std::exception& error) {
    throw Error(ExitCode::plugin, std::string("its PGT_PLUGIN throws: ") + error.what());
  } catch (...) {
    throw Error(ExitCode::plugin, "its PGT_PLUGIN throws something that is not a std::exception");
  }
  return known.emplace(identity, std::move(loaded)).first->second;
}

std::vector<RecordField> compare_record(const std::filesystem::path& file, const FileIdentity& identity) {
  return compare(host_record(), entry_of(open_library(file, identity)).build);
}

}  // namespace pgt::plugin
