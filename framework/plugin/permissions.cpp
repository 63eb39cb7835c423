#include "plugin/permissions.hpp"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.hpp"

namespace pgt::plugin {
namespace {

namespace fs = std::filesystem;

std::string user_name(uid_t user) {
  const passwd* entry = getpwuid(user);
  return entry != nullptr ? entry->pw_name : std::to_string(user);
}

std::string group_name(gid_t group) {
  const ::group* entry = getgrgid(group);
  return entry != nullptr ? entry->gr_name : std::to_string(group);
}

class OpenFile {
 public:
  explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
  ~OpenFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  int get() const { return descriptor_; }
  /// Whether it is of this type (S_IFREG, S_IFDIR), this user's, and nobody else may write to it.
  bool is_own(mode_t type) const {
    struct stat info {};
    return descriptor_ >= 0 && fstat(descriptor_, &info) == 0 && (info.st_mode & S_IFMT) == type &&
           info.st_uid == geteuid() && (info.st_mode & (S_IWGRP | S_IWOTH)) == 0;
  }

 private:
  int descriptor_;
};

}  // namespace

std::string others_who_may_write(const fs::path& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return "";
  if ((info.st_mode & S_IWOTH) != 0) return "everybody";
  if (info.st_uid != 0 && info.st_uid != geteuid()) return "the user " + user_name(info.st_uid);
  const bool group_writes = (info.st_mode & S_IWGRP) != 0 && info.st_gid != 0;
  if (group_writes && group_name(info.st_gid) != user_name(geteuid())) return "the group " + group_name(info.st_gid);
  return "";
}

std::optional<std::string> read_own_file(const fs::path& file) {
  // Opened before they are looked at, so that nobody exchanges them in between.
  const OpenFile folder(open(file.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_own(S_IFDIR)) return std::nullopt;
  const OpenFile opened(openat(folder.get(), file.filename().c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!opened.is_own(S_IFREG)) return std::nullopt;

  std::string content;
  char block[1 << 16];
  for (;;) {
    const ssize_t count = read(opened.get(), block, sizeof block);
    if (count == 0) return content;
    if (count < 0 && errno != EINTR) return std::nullopt;
    if (count > 0) content.append(block, static_cast<std::size_t>(count));
  }
}

void write_own_file(const fs::path& file, std::string_view content) {
  const fs::path folder = file.parent_path();
  fs::create_directories(folder);
  struct stat info {};
  if (stat(folder.c_str(), &info) != 0 || info.st_uid != geteuid()) return;
  // Whatever the umask: what others may write to is not read again.
  fs::permissions(folder, fs::perms::owner_all);
  write_file_atomically(file, content);
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
}

}  // namespace pgt::plugin
