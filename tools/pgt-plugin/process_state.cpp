#include "process_state.hpp"

#include <malloc.h>
#include <sys/stat.h>
#include <unistd.h>
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

#include <cfenv>
#include <clocale>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <locale>

namespace pgt::check {
namespace {

namespace fs = std::filesystem;

std::string arithmetic_now() {
  const int rounding = std::fegetround();
  std::string text = rounding == FE_TONEAREST  ? "to nearest"
                     : rounding == FE_DOWNWARD ? "downward"
                     : rounding == FE_UPWARD   ? "upward"
                                               : "toward zero";
#if defined(__SSE__)
  constexpr unsigned flush_to_zero = 0x8000, denormals_are_zero = 0x0040;
  const unsigned control = _mm_getcsr();
  if ((control & flush_to_zero) != 0) text += ", results too small become 0";
  if ((control & denormals_are_zero) != 0) text += ", operands too small are 0";
#endif
  return text;
}

std::string mask_now() {
  const mode_t mask = umask(0);
  umask(mask);
  char text[8];
  std::snprintf(text, sizeof text, "%03o", mask);
  return text;
}

std::string signal_name(int signal) {
  const char* name = sigabbrev_np(signal);
  return name != nullptr ? std::string("SIG") + name : std::to_string(signal);
}

std::map<std::string, std::string> signals_now() {
  std::map<std::string, std::string> handlers;
  for (int signal = 1; signal < SIGRTMIN; ++signal) {
    struct sigaction action {};
    if (sigaction(signal, nullptr, &action) != 0) continue;
    char text[32];
    std::snprintf(text, sizeof text, "handled at %p", reinterpret_cast<void*>(action.sa_handler));
    handlers[signal_name(signal)] = action.sa_handler == SIG_DFL   ? "default"
                                    : action.sa_handler == SIG_IGN ? "ignored"
                                                                   : text;
  }
  return handlers;
}

std::string blocked_now() {
  sigset_t set;
  sigprocmask(SIG_SETMASK, nullptr, &set);
  std::string text;
  for (int signal = 1; signal < SIGRTMIN; ++signal) {
    if (sigismember(&set, signal) == 1) text += (text.empty() ? "" : " ") + signal_name(signal);
  }
  return text.empty() ? "none" : text;
}

std::map<std::string, std::string> environment_now() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::size_t equals = text.find('=');
    variables[text.substr(0, equals)] = equals == std::string::npos ? "" : text.substr(equals + 1);
  }
  return variables;
}

std::map<std::string, std::string> threads_now() {
  std::map<std::string, std::string> threads;
  for (const fs::directory_entry& thread : fs::directory_iterator("/proc/self/task")) {
    std::getline(std::ifstream(thread.path() / "comm"), threads[thread.path().filename().string()]);
  }
  return threads;
}

std::map<std::string, std::string> files_now() {
  std::vector<fs::path> names;
  for (const fs::directory_entry& file : fs::directory_iterator("/proc/self/fd")) names.push_back(file.path());
  std::map<std::string, std::string> files;
  for (const fs::path& name : names) {
    std::error_code gone;  // the one that the list itself was read from
    const fs::path target = fs::read_symlink(name, gone);
    if (!gone) files[name.filename().string()] = target.string();
  }
  return files;
}

}  // namespace

ProcessState ProcessState::now() {
  ProcessState state;
  state.locale = std::string(std::setlocale(LC_ALL, nullptr)) + ", C++ " + std::locale().name();
  state.arithmetic = arithmetic_now();
  std::error_code gone;
  state.folder = fs::current_path(gone).string();
  state.mask = mask_now();
  state.signals = signals_now();
  state.blocked = blocked_now();
  state.environment = environment_now();
  state.threads = threads_now();
  state.files = files_now();
  return state;
}

std::size_t allocated_bytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

}  // namespace pgt::check
