/// A folder that one process writes at a time.
#pragma once

#include <filesystem>

namespace pgt {

class FolderLock {
 public:
  /// Makes the folder where there is none. Throws Error(io) where another process holds it.
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int folder_;
};

}  // namespace pgt
