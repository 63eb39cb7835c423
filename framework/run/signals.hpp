/// Ctrl-C, and whatever else asks a run to stop, asked for by the loop.
#pragma once

#include <array>
#include <csignal>

namespace pgt::run {

/// While it lives, a signal only sets a flag, so that the loop can finish its step, and save: SIGINT and SIGTERM;
/// SIGHUP (the terminal was closed; not where it was ignored, as by `nohup`); SIGUSR1, SIGUSR2 and SIGXCPU (a batch
/// system says that the time is nearly over); SIGPWR. SIGINT or SIGTERM once more ends the process at once with exit
/// code 130, but not the same one within a second. One object at a time, made and destroyed on the same thread.
class Signals {
 public:
  /// `announcement`: what the first signal prints. It must outlive the object.
  explicit Signals(const char* announcement = "\nstopping between two steps, then saving; once more to stop at once\n");
  /// Puts back what was there before.
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// Whether one has come.
  bool stop() const;

 private:
  static constexpr std::array numbers{SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU, SIGPWR};
  std::array<struct sigaction, numbers.size()> before_{};
  sigset_t mask_before_{};
};

}  // namespace pgt::run
