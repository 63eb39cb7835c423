#include "video/input_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

#include "base/machine_fault.hpp"
#include "video/video.hpp"

namespace pgt::video {

InputFile::InputFile(const std::filesystem::path& path, std::int64_t begin, std::int64_t bytes)
    : path_(path), descriptor_{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)}, begin_(begin) {
  struct stat status {};
  if (descriptor_.value < 0 || ::fstat(descriptor_.value, &status) != 0) {
    const int error = errno;
    blame_machine(error, path);
    if (error == ENOENT) throw VideoError(path, "there is no such file");
    if (error == ENXIO) throw VideoError(path, "is not a regular file");  // a socket
    throw VideoError(path, std::strerror(error));
  }
  if (!S_ISREG(status.st_mode)) throw VideoError(path, "is not a regular file");
  const std::int64_t there = std::max<std::int64_t>(0, status.st_size - begin_);
  bytes_ = bytes < 0 ? there : std::min(bytes, there);
  if (bytes_ == 0) throw VideoError(path, "is empty");
}

InputFile::Descriptor::~Descriptor() {
  if (value >= 0) ::close(value);
}

std::int64_t InputFile::take(std::int64_t at, char* to, std::int64_t count) {
  const std::int64_t wanted = std::min(count, bytes_ - at);
  if (wanted <= 0) return 0;
  for (;;) {
    const ssize_t got = ::pread(descriptor_.value, to, static_cast<std::size_t>(wanted), begin_ + at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) error_ = errno;
    return got;
  }
}

std::int64_t InputFile::read(std::int64_t at, char* to, std::int64_t count) {
  std::int64_t done = 0;
  while (done < count) {
    const std::int64_t got = take(at + done, to + done, count - done);
    check();
    if (got < 0) throw VideoError(path_, std::strerror(error_));
    if (got == 0) break;
    done += got;
  }
  return done;
}

void InputFile::check() const {
  if (error_ != 0) blame_machine(error_, path_);
}

void InputFile::FreeIo::operator()(AVIOContext* p) const {
  av_freep(&p->buffer);
  avio_context_free(&p);
}

AVIOContext* InputFile::io(std::function<bool()> interrupted) {
  constexpr int buffer_bytes = 1 << 15;
  interrupted_ = std::move(interrupted);
  auto* buffer = static_cast<unsigned char*>(av_malloc(buffer_bytes));
  if (buffer == nullptr) throw std::bad_alloc();
  io_.reset(avio_alloc_context(buffer, buffer_bytes, 0, this, read_for_ffmpeg, nullptr, seek_for_ffmpeg));
  if (!io_) {
    av_free(buffer);
    throw std::bad_alloc();
  }
  return io_.get();
}

int InputFile::read_for_ffmpeg(void* self, std::uint8_t* to, int count) {
  auto& file = *static_cast<InputFile*>(self);
  if (file.interrupted_()) return AVERROR_EXIT;
  const std::int64_t got = file.take(file.place_, reinterpret_cast<char*>(to), count);
  if (got < 0) return AVERROR(file.error_);
  file.place_ += got;
  return got == 0 ? AVERROR_EOF : static_cast<int>(got);
}

std::int64_t InputFile::seek_for_ffmpeg(void* self, std::int64_t offset, int whence) {
  auto& file = *static_cast<InputFile*>(self);
  switch (whence & ~AVSEEK_FORCE) {
    case AVSEEK_SIZE:
      return file.bytes_;
    case SEEK_CUR:
      offset += file.place_;
      break;
    case SEEK_END:
      offset += file.bytes_;
      break;
    default:
      break;
  }
  if (offset < 0) return AVERROR(EINVAL);
  return file.place_ = offset;
}

}  // namespace pgt::video
