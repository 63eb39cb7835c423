#include "config/toml_depth.hpp"

#include <algorithm>
#include <string>

namespace pgt::config {
namespace {

constexpr std::size_t most_parts = 32;

/// The length of the quoted text that `text` begins with, quotes included. Without its end it takes the line, or all
/// where it may have several lines.
std::size_t quoted_length(std::string_view text) {
  const char quote = text.front();
  const std::string long_quote(3, quote);
  const bool has_lines = text.starts_with(long_quote);
  const std::string_view end = has_lines ? std::string_view(long_quote) : std::string_view(long_quote).substr(0, 1);
  for (std::size_t at = end.size(); at < text.size(); ++at) {
    if (text[at] == '\\' && quote == '"') {
      ++at;
    } else if (text[at] == '\n' && !has_lines) {
      return at;
    } else if (text.substr(at).starts_with(end)) {
      return at + end.size();
    }
  }
  return text.size();
}

}  // namespace

std::optional<DeepKey> find_deep_key(std::string_view text) {
  std::size_t begin_of_line = 0, begin_of_key = 0, line = 1, parts = 1;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"' || c == '\'') {
      const std::string_view quoted = text.substr(at, quoted_length(text.substr(at)));
      line += static_cast<std::size_t>(std::count(quoted.begin(), quoted.end(), '\n'));
      if (const std::size_t end = quoted.rfind('\n'); end != std::string_view::npos) begin_of_line = at + end + 1;
      at += quoted.size();
      continue;
    }
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
      continue;
    }
    if (c == '.' && ++parts > most_parts)
      return DeepKey{line, length(text.substr(begin_of_line, begin_of_key - begin_of_line)) + 1};
    ++at;
    if (c == '\n') {
      ++line;
      begin_of_line = at;
    }
    if (std::string_view("\n=[]{},").find(c) != std::string_view::npos) {
      parts = 1;
      begin_of_key = at;
    }
  }
  return std::nullopt;
}

void report_deep_key(const DeepKey& key, const Source& source, Diagnostics& diagnostics) {
  diagnostics.error(source.at(key.line, key.column), "this key has more than " + std::to_string(most_parts) + " parts",
                    "a key is written below its section, as epochs = 5 below [train]");
}

}  // namespace pgt::config
