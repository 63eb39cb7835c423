#include "base/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"
#include "base/file.hpp"

namespace pgt {
namespace {

/// What a file system without locks says: then nothing more can be done.
bool unknown_there(int reason) { return reason == ENOLCK || reason == ENOTSUP || reason == ENOSYS || reason == EINVAL; }

const std::filesystem::path& made(const std::filesystem::path& folder) {
  make_folder(folder);
  return folder;
}

}  // namespace

FileLock::FileLock(const std::filesystem::path& path, int flags, const std::function<std::string()>& refusal)
    : file_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {
  if (file_ < 0) throw Error(ExitCode::io, "cannot open " + path.string() + ": " + std::strerror(errno));
  if (::flock(file_, LOCK_EX | LOCK_NB) == 0 || unknown_there(errno)) return;
  ::close(file_);
  throw Error(ExitCode::io, refusal());
}

FileLock::~FileLock() { ::close(file_); }

WrittenFolder::WrittenFolder(const std::filesystem::path& folder)
    : lock_(made(folder), O_RDONLY | O_DIRECTORY,
            [&] { return folder.string() + " is being written by another process: wait for it"; }) {}

}  // namespace pgt
