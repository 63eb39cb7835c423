#include "base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include "base/error.hpp"

namespace pgt {
namespace {

[[noreturn]] void fail(const std::string& what, const std::filesystem::path& path, int error) {
  throw Error(ExitCode::io, what + " " + path.string() + ": " + std::strerror(error));
}

/// A file under a temporary name; gone unless `publish` gave it its own.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::filesystem::path& target) : target_(target) {
    name_ = target.string() + ".tmp-XXXXXX";
    descriptor_ = ::mkstemp(name_.data());
    if (descriptor_ < 0) fail("cannot write", target_, errno);
    const mode_t mask = ::umask(0);
    ::umask(mask);
    ::fchmod(descriptor_, 0666 & ~mask);  // mkstemp makes it private
  }
  ~TemporaryFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!published_) ::unlink(name_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail("cannot write", target_, errno);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  void publish() {
    if (::fsync(descriptor_) != 0) fail("cannot write", target_, errno);
    if (::close(std::exchange(descriptor_, -1)) != 0) fail("cannot write", target_, errno);
    if (::rename(name_.c_str(), target_.c_str()) != 0) fail("cannot write", target_, errno);
    published_ = true;
    const std::filesystem::path folder = target_.has_parent_path() ? target_.parent_path() : ".";
    const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened < 0) fail("cannot open the folder", folder, errno);
    ::fsync(opened);
    ::close(opened);
  }

 private:
  std::filesystem::path target_;
  std::string name_;
  int descriptor_ = -1;
  bool published_ = false;
};

}  // namespace

void write_file_atomically(const std::filesystem::path& path, std::span<const std::string_view> parts) {
  TemporaryFile file(path);
  for (const std::string_view part : parts) file.write(part);
  file.publish();
}

void write_file_atomically(const std::filesystem::path& path, std::string_view content) {
  write_file_atomically(path, std::span(&content, 1));
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) fail("cannot read", path, errno);
  std::ostringstream content;
  content << file.rdbuf();
  if (file.bad() || std::filesystem::is_directory(path)) fail("cannot read", path, EISDIR);
  return std::move(content).str();
}

}  // namespace pgt
