#include "base/text.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace pgt {
namespace {

/// Damerau-Levenshtein distance in the restricted form: insert, delete, replace, swap two neighbours.
std::size_t distance(std::string_view a, std::string_view b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> cost((a.size() + 1) * width);
  const auto at = [&](std::size_t row, std::size_t column) -> std::size_t& { return cost[row * width + column]; };
  for (std::size_t row = 0; row <= a.size(); ++row) at(row, 0) = row;
  for (std::size_t column = 0; column <= b.size(); ++column) at(0, column) = column;
  for (std::size_t row = 1; row <= a.size(); ++row) {
    for (std::size_t column = 1; column <= b.size(); ++column) {
      const bool same = a[row - 1] == b[column - 1];
      std::size_t best = at(row - 1, column - 1) + (same ? 0 : 1);
      best = std::min({best, at(row - 1, column) + 1, at(row, column - 1) + 1});
      if (row > 1 && column > 1 && a[row - 1] == b[column - 2] && a[row - 2] == b[column - 1]) {
        best = std::min(best, at(row - 2, column - 2) + 1);
      }
      at(row, column) = best;
    }
  }
  return at(a.size(), b.size());
}

/// A character and its bytes; 0 bytes: `text` does not begin with UTF-8.
struct Character {
  std::uint32_t value = 0;
  std::size_t bytes = 0;
};

Character first_of(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80U) return {first, 1};
  const std::size_t bytes = first >= 0xF0U ? 4 : first >= 0xE0U ? 3 : 2;
  if (first < 0xC2U || first > 0xF4U || text.size() < bytes) return {};
  std::uint32_t value = first & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if (starts_character(text[i])) return {};
    value = value << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800U && value <= 0xDFFFU;
  return value < least[bytes] || surrogate || value > 0x10FFFFU ? Character{} : Character{value, bytes};
}

bool is_control(std::uint32_t character) { return character < 0x20U || (character >= 0x7FU && character < 0xA0U); }

std::string visible(char c) {
  constexpr const char* digits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  return c == '\r' ? "\\r" : std::string("\\x") + digits[byte >> 4U] + digits[byte & 15U];
}

}  // namespace

std::vector<std::string> close_matches(std::string_view word, std::span<const std::string> candidates) {
  constexpr std::size_t most = 3;
  constexpr std::size_t behind = 2;  // edits more than the closest has: what is farther was not meant
  std::vector<std::pair<std::size_t, std::string>> close;
  for (const std::string& candidate : candidates) {
    const std::size_t length = std::max(word.size(), candidate.size());
    const std::size_t away = distance(word, candidate);
    // Short words are all within two edits of each other: half of the word must be left as it was.
    if (away <= std::max<std::size_t>(2, length / 3) && 2 * away <= length) close.emplace_back(away, candidate);
  }
  std::sort(close.begin(), close.end());
  close.erase(std::unique(close.begin(), close.end()), close.end());
  std::vector<std::string> matches;
  for (const auto& [away, candidate] : close) {
    if (matches.size() < most && away <= close.front().first + behind) matches.push_back(candidate);
  }
  return matches;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  std::vector<std::string> matches = close_matches(word, candidates);
  if (matches.empty()) return "";
  for (std::string& match : matches) match = '"' + match + '"';
  return "did you mean " + join(matches, " or ") + "?";
}

std::string join(std::span<const std::string> words, std::string_view separator) {
  std::string text;
  for (const std::string& word : words) {
    if (&word != words.data()) text += separator;
    text += word;
  }
  return text;
}

std::string counted(std::int64_t count, std::string_view thing) {
  return std::to_string(count) + " " + std::string(thing) + (count == 1 ? "" : "s");
}

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

int columns_of(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), starts_character));
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t bytes = first_of(text).bytes;
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

std::string printable(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const auto [character, bytes] = first_of(text);
    const bool shows = bytes > 0 && (!is_control(character) || character == '\t' || character == '\n');
    shown += shows ? std::string(text.substr(0, bytes)) : visible(text.front());
    text.remove_prefix(shows ? bytes : 1);
  }
  return shown;
}

std::string printable_name(std::string_view text) {
  std::string shown;
  for (const char c : printable(text)) shown += c == '\n' ? "\\n" : std::string(1, c);
  return shown;
}

std::string indented(std::string_view text) {
  std::string lines;
  for (std::size_t i = 0; i < text.size(); ++i) {
    lines += text[i];
    if (text[i] == '\n' && i + 1 < text.size() && text[i + 1] != ' ' && text[i + 1] != '\n') lines += "  ";
  }
  return lines;
}

std::string shortened(std::string_view text, int columns) {
  if (columns_of(text) <= columns) return std::string(text);
  while (columns_of(text) >= std::max(1, columns)) text.remove_suffix(1);
  return std::string(text) + "…";
}

std::string shortened_at_start(std::string_view text, int columns) {
  if (columns_of(text) <= columns) return std::string(text);
  while (columns_of(text) >= std::max(1, columns) || !(text.empty() || starts_character(text.front()))) {
    text.remove_prefix(1);
  }
  return "…" + std::string(text);
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string csv_row(const std::vector<std::string>& fields) {
  std::vector<std::string> quoted;
  for (const std::string& field : fields) quoted.push_back(csv_field(field));
  return join(quoted, ",") + "\n";
}

}  // namespace pgt
