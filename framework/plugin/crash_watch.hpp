/// A plugin that crashes the program is named: on standard error, and in the files that were prepared for that.
///
/// Blame goes by what the crashing thread is doing: a fault within a call into a plugin is that plugin's. A thread or a
/// backward function of a plugin is in no call, and names nobody.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "plugin/exit_watch.hpp"

namespace pgt::plugin {

/// The plugin called exit().
inline constexpr int no_signal = 0;

/// "plugin CALL: crashed: SIGSEGV (Segmentation fault)", or "plugin CALL: called exit()". CALL: "ID, Dataset::sample".
std::string crash_sentence(const std::string& call, int signal);

/// The exit code that a shell gives a process that ended so.
int crash_exit_code(int signal);

/// While it lives, SIGSEGV, SIGBUS, SIGILL, SIGFPE and SIGABRT in a call into a plugin are reported, and then end the
/// process as they would have. One at a time, in the main thread.
class CrashWatch {
 public:
  CrashWatch();
  ~CrashWatch();
  CrashWatch(const CrashWatch&) = delete;
  CrashWatch& operator=(const CrashWatch&) = delete;

  /// Whether there is one.
  static bool active();
};

/// A file that is written, whole, if a plugin crashes the process or calls exit() while the object lives: what it says
/// is made ready now, because a process that crashes can make nothing.
class CrashFile {
 public:
  /// What the file is to say of a crash; the CALL (see above) stands in it once, as it was given.
  using Text = std::function<std::string(const std::string& call, int signal)>;

  /// `plugin`: the id of the only one of whose crash it is to be told; empty: of any. The folder must exist.
  CrashFile(const std::filesystem::path& file, std::string plugin, const Text& text);
  ~CrashFile();
  CrashFile(const CrashFile&) = delete;
  CrashFile& operator=(const CrashFile&) = delete;

  struct Prepared;

 private:
  std::unique_ptr<const Prepared> prepared_;
};

/// Writes them. A signal handler may call it.
void write_crash_files(const Call& call, int signal);

}  // namespace pgt::plugin
