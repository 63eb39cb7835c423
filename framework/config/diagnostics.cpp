#include "config/diagnostics.hpp"

#include <algorithm>
#include <cstdio>
#include <tuple>
#include <utility>

#include "base/error.hpp"
#include "config/source.hpp"

namespace pgt::config {
namespace {

constexpr std::size_t most_shown = 20;

/// As many columns as the source line's part in front of `column`; tabs stay, so that the caret is right below.
std::string indent(const Position& position) {
  std::string space;
  for (const char c : characters(position.text, 1, position.column - 1)) {
    const bool continues_a_character = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
    if (!continues_a_character) space += c == '\t' ? '\t' : ' ';
  }
  return space;
}

/// The part of a very long line around what is underlined.
Position shortened(Position position) {
  constexpr std::size_t most = 160, before = 60;
  if (length(position.text) <= most) return position;
  const std::size_t first = position.column > before ? position.column - before : 1;
  std::string part(characters(position.text, first, most));
  position.column -= first - 1;
  position.length = std::min(position.length, most - position.column + 1);
  if (first > 1) {
    part = "…" + part;
    ++position.column;
  }
  position.text = part + "…";
  return position;
}

std::string excerpt(const Position& whole) {
  const Position position = shortened(whole);
  char number[24];
  std::snprintf(number, sizeof number, "%5zu", position.line);
  std::string text = std::string(number) + " | " + position.text + "\n";
  text += "      | " + indent(position) + '^';
  return text.append(position.length > 0 ? position.length - 1 : 0, '~') + "\n";
}

}  // namespace

void Diagnostics::error(Position position, std::string message, std::string help) {
  items_.push_back({std::move(position), std::move(message), std::move(help)});
}

std::string Diagnostics::text() const {
  std::vector<const Item*> sorted;
  for (const Item& item : items_) sorted.push_back(&item);
  const auto key = [](const Item* item) {
    return std::tuple(item->position.file == override_file, item->position.line, item->position.column);
  };
  std::stable_sort(sorted.begin(), sorted.end(), [&](const Item* a, const Item* b) { return key(a) < key(b); });

  std::string text;
  for (std::size_t i = 0; i < std::min(sorted.size(), most_shown); ++i) {
    const auto& [position, message, help] = *sorted[i];
    if (i > 0) text += '\n';
    text += position.file + ':' + std::to_string(position.line) + ':' + std::to_string(position.column) +
            ": error: " + message + '\n' + excerpt(position);
    if (!help.empty()) text += "help: " + help + '\n';
  }
  if (sorted.size() > most_shown) text += "\nand " + std::to_string(sorted.size() - most_shown) + " more\n";
  if (!text.empty()) text.pop_back();
  return text;
}

void Diagnostics::throw_if_any() const {
  if (!empty()) throw MistakesInFile(ExitCode::config, text());
}

}  // namespace pgt::config
