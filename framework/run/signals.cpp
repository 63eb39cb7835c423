#include "run/signals.hpp"

#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "base/error.hpp"

namespace pgt::run {
namespace {

volatile std::sig_atomic_t arrived = 0;

/// Calls only what a signal handler may.
void handle(int) {
  if (arrived != 0) _exit(static_cast<int>(ExitCode::interrupted));
  arrived = 1;
  constexpr std::string_view text = "\nstopping between two steps, then saving; once more to stop at once\n";
  const int error = errno;
  // Nothing can be done about a terminal that is gone.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
  errno = error;
}

}  // namespace

Signals::Signals() {
  arrived = 0;
  struct sigaction action {};
  action.sa_handler = handle;
  action.sa_flags = SA_RESTART;  // reads and writes that are under way go on
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &before_interrupt_);
  sigaction(SIGTERM, &action, &before_terminate_);
}

Signals::~Signals() {
  sigaction(SIGINT, &before_interrupt_, nullptr);
  sigaction(SIGTERM, &before_terminate_, nullptr);
}

bool Signals::stop() const { return arrived != 0; }

}  // namespace pgt::run
