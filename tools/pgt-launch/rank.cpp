#include "rank.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/error.hpp"
#include "base/text.hpp"

namespace pgt::launch {
namespace {

constexpr std::size_t most_lines = 5;

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> all;
  for (std::string& word : words) all.push_back(word.data());
  all.push_back(nullptr);
  return all;
}

}  // namespace

Rank::Rank(int rank, const std::vector<std::string>& command, const std::vector<std::string>& variables,
           const sigset_t& mask)
    : rank_(rank) {
  std::vector<std::string> words = command, environment = variables;
  for (char** variable = environ; *variable != nullptr; ++variable) environment.emplace_back(*variable);
  const std::vector<char*> argv = pointers(words), envp = pointers(environment);
  int ends[2] = {-1, -1};
  if (rank > 0 && pipe2(ends, O_CLOEXEC) != 0) {
    throw Error(ExitCode::failure, std::string("cannot make a pipe: ") + std::strerror(errno));
  }
  const pid_t parent = getpid();
  process_ = fork();
  if (process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) _exit(static_cast<int>(ExitCode::failure));
    sigprocmask(SIG_SETMASK, &mask, nullptr);
    if (rank > 0) {
      dup2(ends[1], STDOUT_FILENO);
      dup2(ends[1], STDERR_FILENO);
    }
    execve(argv[0], argv.data(), envp.data());
    _exit(127);
  }
  const int error = errno;
  if (rank > 0) close(ends[1]);
  if (process_ < 0) throw Error(ExitCode::failure, "cannot start " + command.front() + ": " + std::strerror(error));
  if (rank > 0) reader_ = std::jthread([this, pipe = ends[0]] { read_lines(pipe); });
}

Rank::~Rank() {
  if (ended()) return;
  send(SIGKILL);
  waitpid(process_, &status_, 0);
}

void Rank::read_lines(int pipe) {
  std::FILE* const stream = fdopen(pipe, "r");
  char* text = nullptr;
  std::size_t room = 0;
  for (ssize_t length = 0; (length = getline(&text, &room, stream)) > 0;) {
    std::string line(text, static_cast<std::size_t>(length));
    if (line.back() == '\n') line.pop_back();
    if (line.empty()) continue;
    std::fprintf(stderr, "[rank %d] %s\n", rank_, printable(line).c_str());
    const std::lock_guard lock(mutex_);
    last_lines_.push_back(std::move(line));
    if (last_lines_.size() > most_lines) last_lines_.pop_front();
  }
  std::free(text);
  std::fclose(stream);
}

bool Rank::ended() {
  if (!ended_) ended_ = waitpid(process_, &status_, WNOHANG) == process_;
  return ended_;
}

void Rank::send(int signal) const {
  if (!ended_) kill(process_, signal);
}

bool Rank::succeeded() const { return WIFEXITED(status_) && WEXITSTATUS(status_) == 0; }

int Rank::exit_code() const { return WIFEXITED(status_) ? WEXITSTATUS(status_) : static_cast<int>(ExitCode::failure); }

std::string Rank::obituary() {
  const std::string name = "rank " + std::to_string(rank_) + " (process " + std::to_string(process_) + ")";
  std::string text = WIFSIGNALED(status_) ? name + " was ended by signal " + std::to_string(WTERMSIG(status_)) + " (" +
                                                strsignal(WTERMSIG(status_)) + ")"
                                          : name + " failed with exit code " + std::to_string(exit_code());
  if (reader_.joinable()) reader_.join();
  const std::lock_guard lock(mutex_);
  if (!last_lines_.empty()) text += "; the last it said:";
  for (const std::string& line : last_lines_) text += "\n  " + printable(line);
  return text;
}

}  // namespace pgt::launch
