#include "datasets/common/file_identity.hpp"

#include <sys/stat.h>

namespace pgt::datasets {

std::optional<FileIdentity> identity_of(const std::filesystem::path& path) {
  std::filesystem::path within;
  for (std::filesystem::path file = path; !file.empty(); file = file.parent_path()) {
    struct stat status {};
    if (stat(file.c_str(), &status) == 0) {
      if (!within.empty() && !S_ISREG(status.st_mode)) return std::nullopt;
      return FileIdentity{status.st_dev, status.st_ino, within.lexically_normal().string()};
    }
    if (!file.has_relative_path()) return std::nullopt;
    within = within.empty() ? file.filename() : file.filename() / within;
  }
  return std::nullopt;
}

}  // namespace pgt::datasets
