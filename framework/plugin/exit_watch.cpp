#include "plugin/exit_watch.hpp"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "plugin/crash_watch.hpp"

namespace pgt::plugin {
namespace {

// Where a signal handler finds it without an allocation.
[[gnu::tls_model("initial-exec")]] thread_local const Call* innermost_call = nullptr;
thread_local int watches_of_thread = 0;
std::atomic<const ExitWatch*> innermost_watch = nullptr;

/// A process that a plugin forked ends as it likes.
bool is_forked() {
  static const pid_t program = getpid();
  return getpid() != program;
}

Error error_of(const char* function) {
  if (innermost_call != nullptr) {
    return {ExitCode::plugin,
            innermost_call->text() + ": called " + function +
                ", which ends the whole program; a plugin reports a failure by throwing an exception"};
  }
  return {ExitCode::failure, std::string("something called ") + function +
                                 " in the middle of the work and outside of every call into a plugin: perhaps a "
                                 "thread or a backward function of one"};
}

void end(const char* function) {
  if (is_forked()) return;
  const Error error = error_of(function);
  static std::atomic_flag begun;
  if (!begun.test_and_set()) {
    if (innermost_call != nullptr) write_crash_files(*innermost_call, no_signal);
    const ExitWatch* watch = innermost_watch;
    try {
      if (watch != nullptr && watch->record()) {
        watch->record()(error);
      } else {
        std::fprintf(stderr, "%s: %s\n", program_invocation_short_name, error.what());
      }
    } catch (const std::exception& failed) {
      std::fprintf(stderr, "%s\n%s\n", error.what(), failed.what());
    }
  }
  _exit(static_cast<int>(error.code()));
}

/// exit() destroys what is local to its thread before anything else, while everything that a record needs still lives.
struct Sentinel {
  ~Sentinel() {
    if (innermost_call != nullptr || watches_of_thread > 0) end("exit()");
  }
};

/// Of a thread that has no sentinel: one of a plugin's own.
void at_exit() {
  if (innermost_watch != nullptr) end("exit()");
}

void at_quick_exit() {
  if (innermost_call != nullptr || innermost_watch != nullptr) end("quick_exit()");
}

void watch_this_thread() {
  static const bool registered = std::at_quick_exit(at_quick_exit) == 0;
  (void)registered;
  thread_local const Sentinel sentinel;
  (void)sentinel;
  is_forked();  // asked for the first time: now is when it is not
}

}  // namespace

Call::Call(const std::string& plugin, const char* where)
    : plugin_(plugin), where_(where), outer_(std::exchange(innermost_call, this)) {
  watch_this_thread();
}
Call::~Call() { innermost_call = outer_; }

const Call* Call::innermost() { return innermost_call; }

std::string Call::text() const { return "plugin " + plugin_ + ", " + where_; }

ExitWatch::ExitWatch(Record record) : record_(std::move(record)), outer_(innermost_watch.exchange(this)) {
  watch_this_thread();
  ++watches_of_thread;
  std::atexit(at_exit);  // for each watch: what has been constructed till now is then destroyed later
}
ExitWatch::~ExitWatch() {
  --watches_of_thread;
  innermost_watch = outer_;
}

const ExitWatch::Record& ExitWatch::record() const { return record_ || outer_ == nullptr ? record_ : outer_->record(); }

}  // namespace pgt::plugin
