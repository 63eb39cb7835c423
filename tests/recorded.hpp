/// Recorded videos for tests, which are not part of the project.
#pragma once

#include <cstdlib>
#include <filesystem>

namespace pgt {

/// What PGT_TEST_VIDEOS names, else `../shared/videos` beside the project. It need not be there.
inline std::filesystem::path recorded_folder() {
  const char* folder = std::getenv("PGT_TEST_VIDEOS");
  return folder != nullptr ? folder : PGT_SOURCE_DIR "/../shared/videos";
}

}  // namespace pgt
