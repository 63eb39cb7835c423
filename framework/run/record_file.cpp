#include "run/record_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace pgt::run {

RecordFile::RecordFile(const std::filesystem::path& path)
    : path_(path), file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) {
  if (file_ < 0) fail("open");
  struct stat status {};
  if (::fstat(file_, &status) != 0) {
    ::close(file_);
    fail("examine");
  }
  bytes_ = status.st_size;
}

RecordFile::~RecordFile() { ::close(file_); }

void RecordFile::append(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write");
    text.remove_prefix(static_cast<std::size_t>(written));
    bytes_ += written;
  }
}

void RecordFile::sync() {
  if (::fdatasync(file_) != 0) fail("sync");
}

bool RecordFile::cut(std::int64_t bytes) {
  if (bytes > bytes_) return false;
  if (::ftruncate(file_, bytes) != 0) fail("cut");
  bytes_ = bytes;
  return true;
}

void RecordFile::fail(const char* action) const {
  throw Error(ExitCode::io, std::string("cannot ") + action + " " + path_.string() + ": " + std::strerror(errno));
}

}  // namespace pgt::run
