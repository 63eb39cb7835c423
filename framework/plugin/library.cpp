#include "plugin/library.hpp"

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>
#include <list>
#include <map>
#include <mutex>

#include "plugin/guard.hpp"
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

/// `file` is absolute.
boost::dll::shared_library open_library(const std::filesystem::path& file) {
  using boost::dll::load_mode::rtld_local;
  using boost::dll::load_mode::rtld_now;
  try {
    // Not lazily: a missing function must show now, not in the middle of a run.
    return boost::dll::shared_library(file, rtld_now | rtld_local);
  } catch (const std::system_error& error) {
    throw Error(ExitCode::plugin, "the dynamic linker refuses it: " + linker_message(error) +
                                      "; link the plugin with pgt_add_plugin, which finds that when it is built");
  }
}

const sdk::PluginEntry& entry_of(const boost::dll::shared_library& library) {
  if (!library.has(PGT_ENTRY_SYMBOL)) {
    throw Incompatible("it exports no " PGT_ENTRY_SYMBOL
                       ", so it is no plugin; register with PGT_PLUGIN or move the file elsewhere");
  }
  const sdk::PluginEntry* entry = library.get<const sdk::PluginEntry*()>(PGT_ENTRY_SYMBOL)();
  if (entry == nullptr) throw Incompatible("its " PGT_ENTRY_SYMBOL " returns nothing; register with PGT_PLUGIN");
  const std::string reason = mismatch(host_record(), entry->build);
  if (!reason.empty()) throw Incompatible(reason);
  return *entry;
}

}  // namespace

const Loaded& load(const std::filesystem::path& file) {
  // Never destroyed: objects, exceptions and destructors of a plugin refer to its code until the process ends.
  static auto& libraries = *new std::list<boost::dll::shared_library>;
  static auto& known = *new std::map<std::filesystem::path, Loaded>;
  static std::mutex mutex;

  const std::lock_guard lock(mutex);
  const std::filesystem::path path = std::filesystem::weakly_canonical(file);
  if (const auto found = known.find(path); found != known.end()) return found->second;

  const boost::dll::shared_library& library = libraries.emplace_back(open_library(path));
  const sdk::PluginEntry& entry = entry_of(library);
  Loaded loaded;
  loaded.torch_version = entry.build.torch_version != nullptr ? entry.build.torch_version : "";
  try {
    entry.describe(loaded.plugin);
  } catch (const std::exception& error) {
    throw Error(ExitCode::plugin, std::string("its PGT_PLUGIN throws: ") + error.what());
  } catch (...) {
    throw Error(ExitCode::plugin, "its PGT_PLUGIN throws something that is no std::exception");
  }
  return known.emplace(path, std::move(loaded)).first->second;
}

}  // namespace pgt::plugin
