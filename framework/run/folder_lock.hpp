/// Keeps a second process out of a run folder.
#pragma once

#include <filesystem>

namespace pgt::run {

/// Held as long as the object lives; the system lets it go when the process ends, however that comes about.
class FolderLock {
 public:
  /// Throws Error(io), naming the process that trains there, if another one holds it.
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int file_;
};

}  // namespace pgt::run
