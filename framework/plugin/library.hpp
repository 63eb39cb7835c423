/// Plugin libraries in this process. Once opened, a library stays until the process ends.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <pgt/sdk/plugin.hpp>

#include "base/error.hpp"
#include "plugin/handshake.hpp"
#include "plugin/library_file.hpp"

namespace pgt::plugin {

/// The library has no entry, or its build record does not fit this host's. Depends on the file alone.
class Incompatible : public Error {
 public:
  explicit Incompatible(const std::string& reason) : Error(ExitCode::plugin, reason) {}
};

/// A library in this process and what it said of itself.
struct Loaded {
  std::string torch_version;
  sdk::Plugin plugin;
};

/// Opens the library, compares the build records, then lets it describe itself; when called again, it answers at once.
/// Throws Incompatible, or Error(plugin) where `file` is another file than `identity` says, the dynamic linker refuses
/// it or `describe` throws. The text does not name the file. Thread: any; one at a time.
const Loaded& load(const std::filesystem::path& file, const FileIdentity& identity);

/// Opens the library and compares its build record with this host's, whether it fits or not. Throws as `load` does
/// where there is none.
std::vector<RecordField> compare_record(const std::filesystem::path& file, const FileIdentity& identity);

}  // namespace pgt::plugin
