#include "base/process_setup.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <initializer_list>

#include "base/error.hpp"

namespace pgt {
namespace {

void open_standard_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(descriptor, F_GETFD) >= 0) continue;
    // The lowest number that is free, which is this one. Opened the wrong way round.
    if (open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) != descriptor) return;
  }
}

void raise_limit_of_files() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);  // where that is refused, the limit stays what it was
}

}  // namespace

void set_up_process() {
  open_standard_descriptors();
  raise_limit_of_files();
  for (const int signal : {SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_IGN);
}

void require_current_folder() {
  std::error_code gone;
  const std::filesystem::path folder = std::filesystem::current_path(gone);
  if (gone) throw Error(ExitCode::io, "the current folder was removed: change to another one");
}

}  // namespace pgt
