/// An array on disk that is written row by row, as many as there come to be.
#pragma once

#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

namespace pgt {

/// Values are float or double. The file is whole or absent: it has a temporary name until it is finished. Everything
/// throws Error(io) naming the path.
template <class Value>
class NpyFile {
 public:
  /// `row`: the shape of a row, empty where that is one number.
  NpyFile(std::filesystem::path path, std::vector<std::size_t> row);
  /// Removes what is not finished.
  ~NpyFile();
  NpyFile(const NpyFile&) = delete;
  NpyFile& operator=(const NpyFile&) = delete;

  /// Values of whole rows.
  void append(std::span<const Value> values);
  /// Writes how many rows there are, syncs, and gives the file its name.
  void finish();

 private:
  void write(const void* bytes, std::size_t size);
  std::vector<std::size_t> shape() const;
  [[noreturn]] void fail(const char* action) const;

  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  std::filesystem::path path_;
  std::filesystem::path temporary_;
  std::vector<std::size_t> row_;
  std::size_t values_ = 0;
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace pgt
