/// The host's exceptions, and the exit codes that users and scripts rely on.
#pragma once

#include <stdexcept>
#include <string>

namespace pgt {

enum class ExitCode : int {
  ok = 0,
  failure = 1,       ///< unexpected
  usage = 2,         ///< unknown flag or verb
  config = 3,        ///< the run file
  data = 4,          ///< videos or annotations
  plugin = 5,        ///< plugins or weights
  device = 6,        ///< device or its memory
  diverged = 7,      ///< the loss is not finite
  io = 8,            ///< what could not be read or written: disk, standard output
  interrupted = 130  ///< by a signal; the state is saved
};

/// What to say when an allocation fails.
inline constexpr const char* out_of_memory =
    "there is not enough memory: set train.micro_batch, or use a smaller train.batch_size, data.size or "
    "schedule.step_length";

/// What went wrong, and the exit code that the process ends with if nobody handles it. The text names what it is
/// about (file, line, key, value) and what to do.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& text) : std::runtime_error(text), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

/// Mistakes in a file that the user wrote. The text begins with the place of each ("run.toml:10:1: error: …") and needs
/// no other introduction.
class MistakesInFile final : public Error {
 public:
  using Error::Error;
};

}  // namespace pgt
