/// Keeps a second process out of a run folder.
#pragma once

#include <filesystem>

#include "base/file_lock.hpp"

namespace pgt::run {

class FolderLock {
 public:
  /// Throws Error(io), naming the process that trains there, if another one holds it.
  explicit FolderLock(const std::filesystem::path& folder);

 private:
  FileLock lock_;
};

}  // namespace pgt::run
