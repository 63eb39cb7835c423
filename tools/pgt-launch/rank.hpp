/// One of the processes.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace pgt::launch {

class Rank {
 public:
  /// Starts `command` with the signals of `mask` blocked, and with `variables` (NAME=VALUE) besides this process's. It
  /// ends with this process. Rank 0 has the terminal; what others print is printed line by line, with their rank in
  /// front.
  Rank(int rank, const std::vector<std::string>& command, const std::vector<std::string>& variables,
       const sigset_t& mask);
  /// Ends the process where it has not ended.
  ~Rank();

  /// Whether it has ended; does not wait.
  bool ended();
  void send(int signal) const;
  /// Of one that has ended.
  bool succeeded() const;
  int exit_code() const;
  /// "rank 1 was ended by signal 9 (Killed)", and its last lines where it has no terminal. Waits until they are read.
  std::string obituary();

 private:
  void read_lines(int pipe);

  int rank_;
  pid_t process_ = 0;
  int status_ = 0;
  bool ended_ = false;
  std::mutex mutex_;
  std::deque<std::string> last_lines_;
  std::jthread reader_;
};

}  // namespace pgt::launch
