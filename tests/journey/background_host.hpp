/// The host running beside the test, to be stopped at any instant.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace pgt::journey {

class BackgroundHost {
 public:
  /// Starts the command; what it prints goes to `output`.
  BackgroundHost(const std::vector<std::string>& command, const std::filesystem::path& output);
  /// Kills it where it has not ended.
  ~BackgroundHost();
  BackgroundHost(const BackgroundHost&) = delete;
  BackgroundHost& operator=(const BackgroundHost&) = delete;

  bool running();
  pid_t process() const { return process_; }
  void send(int signal);
  /// Whether it has a handler for it now.
  bool catches(int signal) const;
  /// Waits for its end. Its exit code, or the negative number of the signal that ended it.
  int end();

 private:
  pid_t process_ = 0;
  int status_ = 0;
  bool ended_ = false;
};

}  // namespace pgt::journey
