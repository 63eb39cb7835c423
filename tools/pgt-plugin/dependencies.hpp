/// What a library needs of others, and where that would come from.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace pgt::check {

struct Dependencies {
  bool known = false;                            ///< whether ldd could be asked
  std::vector<std::string> missing;              ///< names of libraries that are not found
  std::vector<std::string> undefined;            ///< symbols that none of them has, as C++ writes them
  std::vector<std::filesystem::path> libraries;  ///< those that are found
};

/// Asks `ldd -r`, which runs none of the library's code.
Dependencies dependencies_of(const std::filesystem::path& library);

/// Libraries of which a process may have one only: "LibTorch" and "OpenMP". A sentence for each of which `plugin`'s and
/// the host's, `host`, together have two.
std::vector<std::string> second_copies(const Dependencies& plugin, const Dependencies& host);

}  // namespace pgt::check
