#include "run/signals.hpp"

#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <string_view>

#include "base/error.hpp"

namespace pgt::run {
namespace {

const char* volatile announced = "";
volatile std::sig_atomic_t arrived = 0;
volatile std::sig_atomic_t insisting = 0;       ///< the last one that insists, 0: none yet
volatile std::sig_atomic_t insisted_since = 0;  ///< second in which it came

bool insists(int signal) { return signal == SIGINT || signal == SIGTERM; }

/// `timeout`, shells and service managers send the same signal to a process and to its group: twice within an instant.
bool is_echo(int signal, std::sig_atomic_t now) { return signal == insisting && now - insisted_since <= 1; }

/// Calls only what a signal handler may.
void handle(int signal) {
  const int error = errno;
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  const auto now = static_cast<std::sig_atomic_t>(time.tv_sec);
  if (insists(signal)) {
    if (insisting != 0 && !is_echo(signal, now)) _exit(static_cast<int>(ExitCode::interrupted));
    insisting = signal;
    insisted_since = now;
  }
  if (arrived == 0) {
    const std::string_view text = announced;
    // Nothing can be done about a terminal that is gone.
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
  }
  arrived = 1;
  errno = error;
}

}  // namespace

Signals::Signals(const char* announcement) {
  announced = announcement;
  arrived = 0;
  insisting = 0;
  struct sigaction action {};
  action.sa_handler = handle;
  action.sa_flags = SA_RESTART;  // reads and writes that are under way continue
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    sigaction(numbers[i], nullptr, &before_[i]);
    const bool not_wanted = numbers[i] == SIGHUP && before_[i].sa_handler == SIG_IGN;  // nohup
    if (!not_wanted) sigaction(numbers[i], &action, nullptr);
  }
  // A program that blocks them while it starts another leaves them blocked there.
  sigset_t wanted;
  sigemptyset(&wanted);
  for (const int number : numbers) sigaddset(&wanted, number);
  pthread_sigmask(SIG_UNBLOCK, &wanted, &mask_before_);
}

Signals::~Signals() {
  pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
  for (std::size_t i = 0; i < numbers.size(); ++i) sigaction(numbers[i], &before_[i], nullptr);
}

bool Signals::stop() const { return arrived != 0; }

}  // namespace pgt::run
