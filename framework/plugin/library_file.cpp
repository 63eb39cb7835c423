#include "plugin/library_file.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "base/error.hpp"

namespace pgt::plugin {

FileIdentity identity_of(const std::filesystem::path& file) {
  struct stat info {};
  if (stat(file.c_str(), &info) != 0) {
    throw Error(ExitCode::plugin, std::string("it cannot be opened: ") + std::strerror(errno));
  }
  if (!S_ISREG(info.st_mode)) throw Error(ExitCode::plugin, "it is not a regular file");
  const auto nanoseconds = [](const timespec& time) {
    return time.tv_sec * std::int64_t{1'000'000'000} + time.tv_nsec;
  };
  return {info.st_dev, info.st_ino, info.st_size, nanoseconds(info.st_mtim), nanoseconds(info.st_ctim)};
}

}  // namespace pgt::plugin
