#include "background_host.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace pgt::journey {

BackgroundHost::BackgroundHost(const std::vector<std::string>& command, const std::filesystem::path& output) {
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  const int failed = posix_spawn(&process_, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot start " + command.front());
}

BackgroundHost::~BackgroundHost() {
  if (ended_) return;
  send(SIGKILL);
  end();
}

bool BackgroundHost::running() {
  if (!ended_) ended_ = waitpid(process_, &status_, WNOHANG) == process_;
  return !ended_;
}

bool BackgroundHost::catches(int signal) const {
  std::ifstream file("/proc/" + std::to_string(process_) + "/status");
  const std::string status{std::istreambuf_iterator<char>(file), {}}, key = "SigCgt:\t";
  const std::size_t mask = status.find(key);
  if (mask == std::string::npos) return false;
  return (std::stoull(status.substr(mask + key.size(), 16), nullptr, 16) >> (signal - 1) & 1) != 0;
}

void BackgroundHost::send(int signal) { kill(process_, signal); }

int BackgroundHost::end() {
  if (!ended_) waitpid(process_, &status_, 0);
  ended_ = true;
  return WIFEXITED(status_) ? WEXITSTATUS(status_) : -WTERMSIG(status_);
}

}  // namespace pgt::journey
