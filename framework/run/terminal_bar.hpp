/// A bar on the last line of the terminal, of work that is not a run.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

#include "run/log.hpp"

namespace pgt::run {

/// Columns of the terminal at a descriptor, standard error or another; 80 where it does not say. A bar may fill all but
/// the last.
int terminal_columns(int descriptor = 2);

/// Whether the environment allows colours: NO_COLOR is not set, or empty.
bool environment_allows_color();

/// `check ━━━━━━╸──── 25% 120/480 · 31.2 files/s · eta 12s` on standard error; nothing where that is not a terminal.
class TerminalBar {
 public:
  /// `unit`: what is counted, as in "files".
  TerminalBar(std::string head, std::string unit, std::int64_t all, const Display& display = {});
  /// Takes the bar away.
  ~TerminalBar();
  TerminalBar(const TerminalBar&) = delete;
  TerminalBar& operator=(const TerminalBar&) = delete;

  /// Thread: any.
  void show(std::int64_t done);

 private:
  using Clock = std::chrono::steady_clock;

  std::string head_, unit_;
  std::int64_t all_;
  bool draws_, colors_;
  Clock::time_point started_ = Clock::now();
  std::mutex mutex_;
  Clock::time_point drawn_{};
};

}  // namespace pgt::run
