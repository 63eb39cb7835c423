/// The libraries of the folders of plugins.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "plugin/library_file.hpp"
#include "plugin/manifest.hpp"

namespace pgt::plugin {

/// A file as it was found. Only this one is examined, and opened later.
struct Library {
  std::filesystem::path path;  ///< absolute
  FileIdentity identity;
};

/// Every `*.so`, in the order of the folders, then of their names; a folder may be the path of one library instead. A
/// file that is found twice (by a link, or by a folder that was given twice) counts once. What cannot be opened goes to
/// `refused`. Throws Error(usage) if a folder cannot be read.
std::vector<Library> find_libraries(std::span<const std::filesystem::path> folders, std::vector<Refused>& refused);

/// One sentence for each folder that somebody else may write to, and for each library in the other folders.
std::vector<std::string> warnings_of(std::span<const std::filesystem::path> folders,
                                     const std::vector<Library>& libraries);

}  // namespace pgt::plugin
