/// Ctrl-C and SIGTERM, asked for by the loop.
#pragma once

#include <csignal>

namespace pgt::run {

/// While it lives, the first SIGINT or SIGTERM only sets a flag, so that the loop can finish its step and save; the
/// second ends the process at once with exit code 130. One at a time.
class Signals {
 public:
  Signals();
  /// Puts back what was there before.
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// Whether one has come.
  bool stop() const;

 private:
  struct sigaction before_interrupt_ {};
  struct sigaction before_terminate_ {};
};

}  // namespace pgt::run
