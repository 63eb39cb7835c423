#include "base/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"
#include "base/file.hpp"

namespace pgt {

FolderLock::FolderLock(const std::filesystem::path& folder) {
  make_folder(folder);
  folder_ = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (::flock(folder_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;  // or there are no locks here
  ::close(folder_);
  throw Error(ExitCode::io, folder.string() + " is being written by another process: wait for it");
}

FolderLock::~FolderLock() { ::close(folder_); }

}  // namespace pgt
