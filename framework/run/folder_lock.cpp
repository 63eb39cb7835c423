#include "run/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"

namespace pgt::run {
namespace {

/// What a file system without locks says: then nothing more can be done.
bool unknown_there(int reason) { return reason == ENOLCK || reason == ENOTSUP || reason == ENOSYS || reason == EINVAL; }

}  // namespace

FolderLock::FolderLock(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / ".lock";
  file_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file_ < 0) throw Error(ExitCode::io, "cannot open " + path.string() + ": " + std::strerror(errno));
  if (flock(file_, LOCK_EX | LOCK_NB) != 0 && !unknown_there(errno)) {
    const std::string holder = read_file(path);
    close(file_);
    throw Error(ExitCode::io,
                folder.string() + " is being trained by process " + holder + ": wait until it ends, or stop it first");
  }
  const std::string process = std::to_string(getpid());
  if (ftruncate(file_, 0) != 0 || pwrite(file_, process.data(), process.size(), 0) < 0) {
    // The number is for the message alone.
  }
}

FolderLock::~FolderLock() { close(file_); }

}  // namespace pgt::run
