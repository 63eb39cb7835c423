#include "plugin/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "base/error.hpp"

namespace pgt::plugin {
namespace {

constexpr std::size_t output_limit = 4 << 20;
constexpr std::size_t pipe_limit = 1 << 20;

[[noreturn]] void fail(const std::string& what, int number) {
  throw Error(ExitCode::failure, what + ": " + std::strerror(number));
}

/// One stream of the program, from its first byte to its end.
class Stream {
 public:
  explicit Stream(std::string& text) : text_(text) {
    int ends[2];
    // Close-on-exec: programs started from other threads at the same time must not hold our ends open.
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) fail("pipe", errno);
    read_ = ends[0];
    write_ = ends[1];
    fcntl(write_, F_SETFL, 0);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() {
    close_write();
    if (read_ >= 0) close(read_);
  }

  int write_end() const { return write_; }
  int read_end() const { return read_; }
  void close_write() {
    if (write_ >= 0) close(write_);
    write_ = -1;
  }
  /// Takes what is there, at most what a pipe holds: a program that never stops writing must not keep us here.
  void drain() {
    char buffer[16384];
    for (std::size_t taken = 0; read_ >= 0 && taken < pipe_limit; taken += sizeof buffer) {
      const ssize_t count = read(read_, buffer, sizeof buffer);
      if (count > 0) {
        text_.append(buffer, static_cast<std::size_t>(count));
        if (text_.size() > 2 * output_limit) text_.erase(0, text_.size() - output_limit);
      } else if (count == 0) {
        close(read_);
        read_ = -1;
      } else if (errno != EINTR) {
        return;
      }
    }
  }

 private:
  std::string& text_;
  int read_ = -1;
  int write_ = -1;
};

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// A process that ignores SIGCHLD does not learn how a child ended, and a program inherits that from the one that
/// started it.
void be_told_of_children() {
  struct sigaction action {};
  sigaction(SIGCHLD, nullptr, &action);
  if (action.sa_handler == SIG_IGN || (action.sa_flags & SA_NOCLDWAIT) != 0) signal(SIGCHLD, SIG_DFL);
}

bool has_ended(pid_t child) {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == child;
}

pid_t start(std::vector<std::string> arguments, Group group, const Stream& output, const Stream& errors) {
  be_told_of_children();
  const std::vector<char*> argv = pointers_to(arguments);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output.write_end(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors.write_end(), STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  if (group == Group::own) {
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);  // to be killed as a whole
    posix_spawnattr_setpgroup(&attributes, 0);
  }

  pid_t child = 0;
  const int failed = posix_spawn(&child, argv[0], &actions, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) fail("cannot start " + arguments[0], failed);
  return child;
}

}  // namespace

ProcessResult run_process(const std::vector<std::string>& arguments, std::chrono::milliseconds limit, Group group) {
  using Clock = std::chrono::steady_clock;
  ProcessResult result;
  Stream output(result.output);
  Stream errors(result.errors);
  const Clock::time_point deadline = Clock::now() + limit;
  const pid_t child = start(arguments, group, output, errors);
  output.close_write();
  errors.close_write();

  while (!has_ended(child) && !result.timed_out) {
    result.timed_out = Clock::now() >= deadline;
    // Wakes up for output and for the end of a stream, and now and then for a program that closed its streams.
    pollfd streams[] = {{output.read_end(), POLLIN, 0}, {errors.read_end(), POLLIN, 0}};
    poll(streams, std::size(streams), 2);
    output.drain();
    errors.drain();
  }
  // Before the child is waited for: until then no other process can have its number.
  if (group == Group::own) {
    kill(-child, SIGKILL);
  } else if (result.timed_out) {
    kill(child, SIGKILL);
  }
  pid_t waited = 0;
  while ((waited = waitpid(child, &result.status, 0)) < 0 && errno == EINTR) {
  }
  if (waited != child) fail("cannot wait for " + arguments[0], errno);
  output.drain();
  errors.drain();
  return result;
}

void become_process(std::vector<std::string> words) {
  const std::vector<char*> argv = pointers_to(words);
  execv(argv[0], argv.data());
}

}  // namespace pgt::plugin
