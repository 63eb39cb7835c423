/// The one file that a video is read from. Private to this folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "video/ffmpeg.hpp"

namespace pgt::video {

/// A regular file, or a stretch of one. FFmpeg reads it through `io` and opens nothing by itself. Not for two threads
/// at once.
class InputFile {
 public:
  /// Throws VideoError where there is no such file, or it is not a regular file, or empty: what would block (a pipe, a
  /// device) is not waited for. Throws as blame_machine. `bytes` below 0: up to the end.
  explicit InputFile(const std::filesystem::path& path, std::int64_t begin = 0, std::int64_t bytes = -1);
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  std::int64_t bytes() const { return bytes_; }
  /// Of the bytes from `at` on as many as there are, and how many that is. Throws VideoError, and as blame_machine.
  std::int64_t read(std::int64_t at, char* to, std::int64_t count);

  /// The file as FFmpeg reads it, which stops where `interrupted`.
  AVIOContext* io(std::function<bool()> interrupted);
  /// Throws as blame_machine if a read that FFmpeg asked for failed: FFmpeg reports that as another error, or not at
  /// all.
  void check() const;

 private:
  struct Descriptor {
    int value;
    ~Descriptor();
  };
  struct FreeIo {
    void operator()(AVIOContext* p) const;
  };

  std::int64_t take(std::int64_t at, char* to, std::int64_t count);
  static int read_for_ffmpeg(void* self, std::uint8_t* to, int count);
  static std::int64_t seek_for_ffmpeg(void* self, std::int64_t offset, int whence);

  std::filesystem::path path_;
  const Descriptor descriptor_;
  std::int64_t begin_;
  std::int64_t bytes_;
  std::int64_t place_ = 0;  ///< of FFmpeg, in the stretch
  int error_ = 0;           ///< of the last read that failed
  std::function<bool()> interrupted_;
  std::unique_ptr<AVIOContext, FreeIo> io_;
};

}  // namespace pgt::video
