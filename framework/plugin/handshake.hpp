/// Whether a library was built so that its C++ objects may cross into this host.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <pgt/sdk/entry.hpp>

namespace pgt::plugin {

/// How this host was built; `torch_version` is the LibTorch that its engine uses.
const sdk::BuildRecord& host_record();

/// One field of the build record, in both.
struct RecordField {
  std::string key;   ///< "compiler"
  std::string name;  ///< "the compiler"
  std::string host;
  std::string plugin;
  bool fits = true;
  std::string remedy;  ///< where it does not fit
};

/// All fields, in the order in which they are compared. The list ends where what follows cannot be read: after a magic,
/// a version or a size that does not fit. `torch_version` fits where the plugin states none.
std::vector<RecordField> compare(const sdk::BuildRecord& host, const sdk::BuildRecord& plugin);

/// Compares field by field. Empty if the plugin fits, else one sentence that names the first field that differs, both
/// values and the remedy.
std::string mismatch(const sdk::BuildRecord& host, const sdk::BuildRecord& plugin);

/// Whether it is LibTorch that the dynamic linker has not found.
bool misses_torch(std::string_view linker_message);
/// Whether it had no memory for a library.
bool lacks_memory(std::string_view linker_message);
/// What to do where LibTorch is missing: a sentence without its full stop.
std::string how_to_provide_torch();
/// The same for whatever the dynamic linker says when it refuses a plugin.
std::string how_to_link(std::string_view linker_message);

}  // namespace pgt::plugin
