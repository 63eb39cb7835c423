/// The beginning of a long list, for a message.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace pgt {

/// A line for each of the first, indented, then how many more there are: "\n  a\n  b\n  and 7 more".
inline std::string first_lines(std::span<const std::string> names, std::size_t most) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < most; ++i) text.append("\n  ").append(names[i]);
  if (names.size() > most) text.append("\n  and ").append(std::to_string(names.size() - most)).append(" more");
  return text;
}

}  // namespace pgt
