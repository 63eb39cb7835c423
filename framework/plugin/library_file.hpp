/// Which file a path leads to, so that what is opened is what was examined.
#pragma once

#include <sys/types.h>

#include <compare>
#include <cstdint>
#include <filesystem>

namespace pgt::plugin {

/// Differs once the file was replaced or written to. `changed` is the inode's own time, which nobody can set back.
struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;
  std::int64_t bytes = 0;
  std::int64_t modified = 0;  ///< nanoseconds since 1970
  std::int64_t changed = 0;   ///< likewise
  auto operator<=>(const FileIdentity&) const = default;
};

/// Of a regular file, links followed. Throws Error(plugin) saying why there is none; the text does not name the file.
FileIdentity identity_of(const std::filesystem::path& file);

}  // namespace pgt::plugin
