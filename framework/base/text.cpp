#include "base/text.hpp"

#include <algorithm>
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

}  // namespace

std::vector<std::string> close_matches(std::string_view word, std::span<const std::string> candidates) {
  constexpr std::size_t most = 3;
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
  for (const auto& [unused, candidate] : close) {
    if (matches.size() < most) matches.push_back(candidate);
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

int columns_of(std::string_view text) {
  const auto starts_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return static_cast<int>(std::count_if(text.begin(), text.end(), starts_character));
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
