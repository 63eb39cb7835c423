/// Runs a program, listens to it, and stops it when its time is up; or becomes it.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace pgt::plugin {

struct ProcessResult {
  bool timed_out = false;
  int status = 0;      ///< as waitpid gives it
  std::string output;  ///< of stdout, the last few MB
  std::string errors;  ///< of stderr, likewise
};

/// Whether what a terminal sends to the caller, as at Ctrl-C, reaches the program too.
enum class Group { own, callers };

/// Runs `arguments[0]` (a path) with the others as its arguments and an empty stdin. At the time limit the program is
/// killed; in a group of its own, what it started is killed too, also when the program ends earlier. Children of this
/// process are waited for from now on, even if its caller had it ignore SIGCHLD. Throws Error(failure) if the program
/// cannot be started. Thread: any.
ProcessResult run_process(const std::vector<std::string>& arguments, std::chrono::milliseconds limit,
                          Group group = Group::own);

/// Becomes the program `words[0]` (a path) with the others as its arguments. Returns only where it cannot be started;
/// errno says why.
void become_process(std::vector<std::string> words);

}  // namespace pgt::plugin
