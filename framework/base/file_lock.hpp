/// Locks between processes.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace pgt {

/// Held as long as the object lives; the system lets it go when the process ends, however that comes about.
class FileLock {
 public:
  /// Opens the file or folder, `flags` as of open(2). Throws Error(io) where it cannot, and with what `refusal` says
  /// where another process holds it. Where the file system has no locks, nobody does.
  FileLock(const std::filesystem::path& path, int flags, const std::function<std::string()>& refusal);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  int descriptor() const { return file_; }

 private:
  int file_;
};

/// A folder that one process writes at a time.
class WrittenFolder {
 public:
  /// Makes the folder where there is none. Throws Error(io) where another process writes it.
  explicit WrittenFolder(const std::filesystem::path& folder);

 private:
  FileLock lock_;
};

}  // namespace pgt
