/// The run's log: train.log without colours, and the terminal, where lines and the bar share the last line.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace pgt::run {

/// What the user wants to see on the terminal. train.log always holds everything.
struct Display {
  bool quiet = false;    ///< warnings and errors only
  bool progress = true;  ///< the bar, where standard error is a terminal; without it plain lines
  bool color = true;     ///< where standard error is a terminal
};

/// Lines read "[14:03:21] text", with "warning: " or "error: " before the text. Thread-safe.
class Log {
 public:
  /// Appends to `file`. Throws Error(io) if it cannot be opened.
  Log(const std::filesystem::path& file, const Display& display);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void info(std::string_view text);
  void warning(std::string_view text);
  void error(std::string_view text);
  /// What the bar says already: to the file, and to the terminal only where there is no bar.
  void detail(std::string_view text);

  /// Columns that the bar may fill; 0 where there is none.
  int bar_columns() const;
  bool has_colors() const;
  /// Draws the bar in place of the one before; lines of the log appear above it. "" takes it away.
  void show_bar(const std::string& bar);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pgt::run
