#include "base/file.hpp"

#include <fcntl.h>
#include <stdio_ext.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/error.hpp"
#include "base/temporary.hpp"

namespace pgt {
namespace {

namespace fs = std::filesystem;

constexpr mode_t default_mode = 0666;  // the process's umask takes from it, as for any other file

[[noreturn]] void fail(const std::string& action, const fs::path& path, int error) {
  throw Error(ExitCode::io, "cannot " + action + " " + path.string() + ": " + std::strerror(error));
}

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags, mode_t mode = 0)
      : value_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  bool valid() const { return value_ >= 0; }
  int get() const { return value_; }
  /// 0 if it failed to write what was still buffered (a full network disk says so only here).
  bool close() {
    const int value = value_;
    value_ = -1;
    return ::close(value) == 0;
  }

 private:
  int value_;
};

/// Removes the temporary file unless it was renamed.
class Temporary {
 public:
  explicit Temporary(fs::path path) : path_(std::move(path)) {}
  ~Temporary() {
    if (!kept_) ::unlink(path_.c_str());
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;

  const fs::path& path() const { return path_; }
  void keep() { kept_ = true; }

 private:
  fs::path path_;
  bool kept_ = false;
};

void write_all(int file, std::string_view part, const fs::path& path) {
  while (!part.empty()) {
    const ssize_t written = ::write(file, part.data(), part.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write", path, errno);
    part.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// Makes the rename itself survive a power cut.
void sync_folder(const fs::path& folder) {
  const Descriptor handle(folder, O_RDONLY | O_DIRECTORY);
  if (!handle.valid()) fail("open the folder", folder, errno);
  // EINVAL: a file system that cannot sync folders, and does not need to.
  if (::fsync(handle.get()) != 0 && errno != EINVAL) fail("sync the folder", folder, errno);
}

/// Where an output goes.
struct Output {
  fs::path path;                 ///< links followed
  bool written_through = false;  ///< is not ours to replace
};

Output output_at(fs::path path) {
  std::error_code unknown;  // then it is not there, and writing says why
  const fs::file_status status = fs::status(path, unknown);
  if (fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status)) return {path, true};
  constexpr int most_links = 40;
  for (int links = 0; links < most_links && fs::is_symlink(path, unknown); ++links) {
    // An open file of a process, such as /dev/stdout: the one that the process writes to, and not another of its name.
    if (fs::canonical(path.parent_path(), unknown).string().starts_with("/proc/")) return {path, true};
    path = path.parent_path() / fs::read_symlink(path, unknown);
  }
  return {path, false};
}

}  // namespace

void write_file_atomically(const fs::path& path, std::span<const std::string_view> parts, Durable durable) {
  const fs::path name = temporary_name(path);
  Descriptor file(name, O_WRONLY | O_CREAT | O_EXCL, default_mode);
  if (!file.valid()) fail("write", path, errno);
  Temporary temporary(name);

  struct stat present {};
  if (::stat(path.c_str(), &present) == 0 && ::fchmod(file.get(), present.st_mode & 07777) != 0) {
    fail("keep the permissions of", path, errno);
  }
  for (const std::string_view part : parts) write_all(file.get(), part, path);
  if (durable == Durable::yes && ::fsync(file.get()) != 0) fail("sync", path, errno);
  if (!file.close()) fail("write", path, errno);
  if (::rename(temporary.path().c_str(), path.c_str()) != 0) fail("replace", path, errno);
  temporary.keep();
  if (durable == Durable::yes) sync_folder(path.has_parent_path() ? path.parent_path() : fs::path("."));
}

void write_file_atomically(const fs::path& path, std::string_view content) {
  write_file_atomically(path, std::span(&content, 1));
}

void write_output(const fs::path& path, std::span<const std::string_view> parts) {
  const Output output = output_at(path);
  if (!output.written_through) return write_file_atomically(output.path, parts);
  Descriptor file(output.path, O_WRONLY | O_APPEND | O_NOCTTY);
  if (!file.valid()) fail("write", path, errno);
  for (const std::string_view part : parts) write_all(file.get(), part, path);
  if (!file.close()) fail("write", path, errno);
}

void write_output(const fs::path& path, std::string_view content) { write_output(path, std::span(&content, 1)); }

void print_output(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return;
  const int error = errno;
  __fpurge(stdout);  // said once is enough
  std::clearerr(stdout);
  throw Error(ExitCode::io, std::string("standard output cannot be written: ") + std::strerror(error));
}

void check_output(const fs::path& path) {
  std::error_code unknown;
  const Output output = output_at(path);
  if (fs::is_directory(output.path, unknown)) fail("write to", path, EISDIR);
  const fs::path folder = output.path.has_parent_path() ? output.path.parent_path() : fs::path(".");
  const int allowed =
      output.written_through ? ::access(output.path.c_str(), W_OK) : ::access(folder.c_str(), W_OK | X_OK);
  if (allowed != 0) fail("write to", path, errno);
}

void check_output_is_not(const fs::path& output, const fs::path& input) {
  if (input.empty()) return;  // of an option that was not given
  std::error_code apart;      // what is not there is not the same
  for (fs::path place = fs::absolute(input); place.has_relative_path(); place = place.parent_path()) {
    if (!fs::is_regular_file(place, apart) || !fs::equivalent(place, output, apart)) continue;
    throw Error(ExitCode::usage, output.string() + " would be overwritten, but it is read: " + input.string() +
                                     "; name another file for the output");
  }
}

void make_folder(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) throw Error(ExitCode::io, "cannot make the folder " + path.string() + ": " + error.message());
}

fs::path cache_folder() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return fs::path(value != nullptr ? value : "");
  };
  if (const auto folder = variable("PGT_CACHE_DIR"); !folder.empty()) return folder;
  if (const auto folder = variable("XDG_CACHE_HOME"); !folder.empty()) return folder / "pgt-host";
  if (const auto folder = variable("HOME"); !folder.empty()) return folder / ".cache" / "pgt-host";
  return {};
}

void require_file(const fs::path& path, ExitCode code) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    const bool nothing = errno == ENOENT || errno == ENOTDIR;
    throw Error(code, path.string() + ": " + (nothing ? "no such file" : std::strerror(errno)));
  }
  if (S_ISDIR(status.st_mode)) throw Error(code, path.string() + " is a folder, not a file");
  if (::access(path.c_str(), R_OK) != 0) {
    throw Error(code, path.string() + " cannot be read: " + std::strerror(errno));
  }
}

void require_regular_file(const fs::path& path, ExitCode code) {
  require_file(path, code);
  if (!fs::is_regular_file(path)) throw Error(code, path.string() + " is not a regular file");
}

std::string read_file(const fs::path& path, std::size_t most_bytes) {
  const Descriptor file(path, O_RDONLY);
  if (!file.valid()) fail("read", path, errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail("read", path, errno);

  std::string content;
  content.reserve(std::min(static_cast<std::size_t>(status.st_size), most_bytes));
  std::string block(1 << 16, '\0');
  for (;;) {  // to the end, not to the size: a pipe has none
    const ssize_t count = ::read(file.get(), block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("read", path, errno);
    if (count == 0) return content;
    content.append(block.data(), static_cast<std::size_t>(count));
    if (content.size() > most_bytes) fail("read", path, EFBIG);
  }
}

}  // namespace pgt
