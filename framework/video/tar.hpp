/// Members of tar archives. Private to this folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace pgt::video {

struct TarMember {
  std::int64_t begin = 0;  ///< of its bytes in the archive
  std::int64_t bytes = 0;
};

/// The regular files of an archive (ustar, with GNU's and pax's long names), by name, without "./" in front. Throws
/// VideoError where it is damaged or cannot be read. The members themselves are not read.
std::map<std::string, TarMember> tar_members(const std::filesystem::path& archive);

}  // namespace pgt::video
