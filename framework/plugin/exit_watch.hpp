/// A plugin that calls exit() fails, and does not end the program in silence.
///
/// exit() and quick_exit() in a call into a plugin, or anywhere while an ExitWatch lives, end the process with an error
/// that says who called. What no program can see: _exit(), which leaves the exit code that the plugin gave.
#pragma once

#include <functional>
#include <string>

#include "base/error.hpp"

namespace pgt::plugin {

/// A call into a plugin that is under way, on the thread that makes it, as long as the object lives. They nest. Both
/// texts must live as long.
class Call {
 public:
  Call(const std::string& plugin, const char* where);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  std::string text() const;  ///< "plugin ID, Dataset::sample"
  const std::string& plugin() const { return plugin_; }
  const char* where() const { return where_; }

  /// That of the calling thread; null where there is none. A signal handler may ask.
  static const Call* innermost();

 private:
  const std::string& plugin_;
  const char* where_;
  const Call* outer_;
};

/// Work that the process must not end in the middle of, as long as the object lives. They nest, on one thread.
class ExitWatch {
 public:
  /// Shows the error and records it. Called on the thread that called exit(), after which the process ends.
  using Record = std::function<void(const Error&)>;

  /// Without a record, that of the watch around it is called; where there is none, the error goes to stderr.
  explicit ExitWatch(Record record = {});
  ~ExitWatch();
  ExitWatch(const ExitWatch&) = delete;
  ExitWatch& operator=(const ExitWatch&) = delete;

  const Record& record() const;

 private:
  Record record_;
  const ExitWatch* outer_;
};

}  // namespace pgt::plugin
