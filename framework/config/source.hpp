/// The text of a run file or of one `--set`, line by line, so that a message can show where something is.
/// Columns count characters (UTF-8 code points), not bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostics.hpp"

namespace pgt::config {

/// What `Position::file` says for an override.
inline constexpr std::string_view override_file = "--set";

/// `count` characters of `line`, from `column` on; fewer where the line ends.
std::string_view characters(std::string_view line, std::size_t column, std::size_t count);

/// How many characters `text` has.
std::size_t length(std::string_view text);

class Source {
 public:
  /// `first_line` is the number of the first line: of a run file 1, of an override its place among the overrides.
  Source(std::string file, std::string_view text, std::size_t first_line = 1);

  /// `line` counts from 1 within the text, whatever `first_line` is.
  Position at(std::size_t line, std::size_t column, std::size_t characters = 1) const;
  /// From (line, column) to before (end_line, end_column), or to the end of the line where that comes first.
  Position between(std::size_t line, std::size_t column, std::size_t end_line, std::size_t end_column) const;

 private:
  std::string file_;
  std::vector<std::string> lines_;
  std::size_t first_line_;
};

}  // namespace pgt::config
