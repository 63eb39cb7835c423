/// A file that only grows, and can be cut back to a length it once had.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace pgt::run {

/// What is appended is with the kernel when `append` returns: it survives the process, however that ends. All methods
/// throw Error(io) naming the file.
class RecordFile {
 public:
  /// Opens `path` for appending, and makes it where it is not there.
  explicit RecordFile(const std::filesystem::path& path);
  ~RecordFile();
  RecordFile(const RecordFile&) = delete;
  RecordFile& operator=(const RecordFile&) = delete;

  void append(std::string_view text);
  std::int64_t bytes() const { return bytes_; }
  /// Survives a power cut from here on.
  void sync();
  /// Cuts the file back to `bytes`. False where it is shorter than that, and is left as it is.
  bool cut(std::int64_t bytes);

 private:
  [[noreturn]] void fail(const char* action) const;

  std::filesystem::path path_;
  int file_;
  std::int64_t bytes_ = 0;
};

}  // namespace pgt::run
