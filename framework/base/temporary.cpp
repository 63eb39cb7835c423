#include "base/temporary.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <string>
#include <string_view>

namespace pgt {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view mark = ".tmp-";

/// The process in `NAME.tmp-PROCESS-COUNT`; 0 for another name.
pid_t writer_of(std::string_view name) {
  const std::size_t at = name.rfind(mark);
  if (at == std::string_view::npos) return 0;
  pid_t process = 0;
  unsigned count = 0;
  const char* const end = name.data() + name.size();
  const auto first = std::from_chars(name.data() + at + mark.size(), end, process);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '-') return 0;
  const auto second = std::from_chars(first.ptr + 1, end, count);
  return second.ec == std::errc{} && second.ptr == end ? process : 0;
}

/// Not this process: in a container the one that was killed had the same number.
bool is_another_running(pid_t process) { return process != ::getpid() && (::kill(process, 0) == 0 || errno == EPERM); }

/// By a process that may run on another machine, where its number says nothing.
bool is_held(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (file < 0) return false;
  const bool held = ::flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(file);
  return held;
}

}  // namespace

fs::path temporary_name(const fs::path& path) {
  static std::atomic<unsigned> counter{0};
  fs::path name = path;
  name += std::string(mark) + std::to_string(::getpid()) + "-" + std::to_string(counter++);
  return name;
}

void hold_temporary(int file) {
  ::flock(file, LOCK_EX | LOCK_NB);  // where a file system has no locks, the process's number must do
}

void remove_temporaries(const fs::path& folder, bool deep) {
  std::error_code ignored;
  for (fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied, ignored), end;
       !ignored && entry != end; entry.increment(ignored)) {
    if (!deep) entry.disable_recursion_pending();
    const std::string name = entry->path().filename().string();
    const pid_t writer = writer_of(name);
    std::error_code stays;
    if (writer > 0 && !is_another_running(writer) && !is_held(entry->path())) fs::remove(entry->path(), stays);
  }
}

}  // namespace pgt
