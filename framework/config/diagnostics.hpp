/// Collects every mistake of a run file, so that all are reported at once.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace pgt::config {

/// Where something is. Line and column count from 1. `--set` has the file "--set" and its own text as the line.
struct Position {
  std::string file;
  std::size_t line = 0;
  std::size_t column = 0;
  std::string text;        ///< the source line
  std::size_t length = 1;  ///< characters to underline
};

class Diagnostics {
 public:
  void error(Position position, std::string message, std::string help = "");
  bool empty() const { return items_.empty(); }
  std::size_t size() const { return items_.size(); }
  /// All of them in the order of the file, at most 20: `file:line:col: error: …`, the line, a caret, `help: …`.
  std::string text() const;
  /// Throws Error(config) with `text()` unless empty.
  void throw_if_any() const;

 private:
  struct Item {
    Position position;
    std::string message;
    std::string help;
  };
  std::vector<Item> items_;
};

}  // namespace pgt::config
