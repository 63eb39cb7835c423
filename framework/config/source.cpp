#include "config/source.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace pgt::config {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

std::string_view characters(std::string_view line, std::size_t column, std::size_t count) {
  std::size_t seen = 0;
  std::size_t begin = line.size();
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (!starts_character(line[i])) continue;
    ++seen;
    if (seen == column) begin = i;
    if (seen == column + count) return line.substr(begin, i - begin);
  }
  return line.substr(begin);
}

std::size_t length(std::string_view text) { return static_cast<std::size_t>(columns_of(text)); }

Source::Source(std::string file, std::string_view text, std::size_t first_line)
    : file_(std::move(file)), first_line_(first_line) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines_.emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

Position Source::at(std::size_t line, std::size_t column, std::size_t characters) const {
  std::string text = line >= 1 && line <= lines_.size() ? lines_[line - 1] : "";
  return {file_, first_line_ + line - 1, column, std::move(text), characters};
}

Position Source::between(std::size_t line, std::size_t column, std::size_t end_line, std::size_t end_column) const {
  Position position = at(line, column);
  const std::size_t end = end_line == line ? end_column : length(position.text) + 1;
  position.length = end > column ? end - column : 1;
  return position;
}

}  // namespace pgt::config
