#include "plugin/crash_watch.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace pgt::plugin {
namespace {

constexpr std::array endings{no_signal, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};

std::size_t place_of(int signal) {
  return static_cast<std::size_t>(std::ranges::find(endings, signal) - endings.begin());
}

/// A text for each of `endings`: what comes before the call, and after it.
struct Texts {
  explicit Texts(const CrashFile::Text& text) {
    constexpr const char* call = "CALL-OF-A-PLUGIN";
    for (std::size_t i = 0; i < endings.size(); ++i) {
      const std::string whole = text(call, endings[i]);
      const std::size_t place = whole.find(call);
      before[i] = whole.substr(0, place);
      after[i] = whole.substr(place + std::strlen(call));
    }
  }
  std::array<std::string, endings.size()> before;
  std::array<std::string, endings.size()> after;
};

}  // namespace

struct CrashFile::Prepared {
  std::string file;
  std::string beside;  ///< its name while it is written
  std::string plugin;
  Texts texts;
};

namespace {

/// A handler reads them while another thread may change them.
std::array<std::atomic<const CrashFile::Prepared*>, 64> all_prepared;

/// What a handler needs of the watch.
struct Watched {
  pid_t process = ::getpid();
  Texts on_standard_error{[](const std::string& call, int signal) {
    return "\n" + std::string(program_invocation_short_name) + ": " + crash_sentence(call, signal) + "\n";
  }};
  std::array<struct sigaction, endings.size()> before{};
};
std::atomic<Watched*> watched = nullptr;

// From here to the end of `handle`: only what a signal handler may do.

void put(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(file, text.data(), text.size());
    if (count < 0 && errno != EINTR) return;
    if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
  }
}

/// Whatever a name holds, it ends no text in JSON.
void put_name(int file, std::string_view name) {
  for (const char& c : name) {
    const bool plain = c != '"' && c != '\\' && static_cast<unsigned char>(c) >= ' ' && c != 127;
    put(file, plain ? std::string_view(&c, 1) : "?");
  }
}

void put_text(int file, const Texts& texts, const Call& call, int signal) {
  const std::size_t place = place_of(signal);
  put(file, texts.before[place]);
  put_name(file, call.plugin());
  put(file, ", ");
  put(file, call.where());
  put(file, texts.after[place]);
}

void handle(int signal, siginfo_t* info, void*) {
  const int error = errno;
  static std::atomic_flag begun;
  Watched& watch = *watched;
  const Call* call = Call::innermost();
  const bool own = info->si_code > 0 || info->si_pid == watch.process;
  if (call != nullptr && own && ::getpid() == watch.process && !begun.test_and_set()) {
    write_crash_files(*call, signal);
    put_text(STDERR_FILENO, watch.on_standard_error, *call, signal);
  }
  ::sigaction(signal, &watch.before[place_of(signal)], nullptr);
  if (info->si_code <= 0) ::raise(signal);  // a fault comes again by itself, in its place
  errno = error;
}

/// So that there is room for the handler where a plugin has used up the stack.
void provide_stack() {
  static std::array<char, 1 << 16> room;
  stack_t present{};
  sigaltstack(nullptr, &present);
  if ((present.ss_flags & SS_DISABLE) == 0) return;  // a sanitizer's
  stack_t stack{};
  stack.ss_sp = room.data();
  stack.ss_size = room.size();
  sigaltstack(&stack, nullptr);
}

}  // namespace

void write_crash_files(const Call& call, int signal) {
  for (const std::atomic<const CrashFile::Prepared*>& each : all_prepared) {
    const CrashFile::Prepared* prepared = each;
    if (prepared == nullptr || (!prepared->plugin.empty() && prepared->plugin != call.plugin())) continue;
    const int file = ::open(prepared->beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0) continue;
    put_text(file, prepared->texts, call, signal);
    ::close(file);
    ::rename(prepared->beside.c_str(), prepared->file.c_str());
  }
}

std::string crash_sentence(const std::string& call, int signal) {
  const std::string of = "plugin " + call + ": ";
  if (signal == no_signal) return of + "called exit()";
  return of + "crashed: SIG" + sigabbrev_np(signal) + " (" + strsignal(signal) + ")";
}

int crash_exit_code(int signal) {
  constexpr int of_signals = 128;
  return signal == no_signal ? static_cast<int>(ExitCode::plugin) : of_signals + signal;
}

CrashWatch::CrashWatch() {
  static Watched& watch = *new Watched;  // for good: another thread may be in the handler
  watched = &watch;
  provide_stack();
  struct sigaction action {};
  action.sa_sigaction = handle;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (const int signal : endings) {
    if (signal != no_signal) sigaction(signal, &action, &watch.before[place_of(signal)]);
  }
}

CrashWatch::~CrashWatch() {
  const Watched& watch = *watched;
  for (const int signal : endings) {
    if (signal != no_signal) sigaction(signal, &watch.before[place_of(signal)], nullptr);
  }
  watched = nullptr;
}

bool CrashWatch::active() { return watched != nullptr; }

CrashFile::CrashFile(const std::filesystem::path& file, std::string plugin, const Text& text)
    : prepared_(new Prepared{file.string(), file.string() + ".crash", std::move(plugin), Texts(text)}) {
  for (std::atomic<const Prepared*>& each : all_prepared) {
    const Prepared* none = nullptr;
    if (each.compare_exchange_strong(none, prepared_.get())) return;
  }
}

CrashFile::~CrashFile() {
  for (std::atomic<const Prepared*>& each : all_prepared) {
    const Prepared* own = prepared_.get();
    each.compare_exchange_strong(own, nullptr);
  }
}

}  // namespace pgt::plugin
