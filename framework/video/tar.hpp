/// Members of tar archives. Private to this folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace pgt::video {

struct TarMember {
  std::int64_t begin = 0;  ///< of its bytes in the archive
  std::int64_t bytes = 0;
};

using TarMembers = std::map<std::string, TarMember>;

/// The regular files of an archive (ustar, with GNU's and pax's long names), by name, without "./" in front. Throws
/// VideoError where it is damaged or cannot be read, and as blame_machine. The members themselves are not read.
TarMembers read_tar(const std::filesystem::path& archive);

/// The same, kept while the archive does not change: opening all members of one takes a single pass over it. What was
/// used last is kept, up to half a million members in all. Thread: any.
std::shared_ptr<const TarMembers> tar_members(const std::filesystem::path& archive);

}  // namespace pgt::video
