#include "config/toml_complaint.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace pgt::config {
namespace {

/// The text between the first pair of single quotes: toml++ names the key at fault so.
std::string quoted(std::string_view description) {
  const std::size_t begin = description.find('\'');
  const std::size_t end = description.rfind('\'');
  return begin < end ? std::string(description.substr(begin + 1, end - begin - 1)) : "";
}

/// The bytes [begin, end) of the line of `position`, without the blanks around them.
Position stretch(Position position, std::size_t begin, std::size_t end) {
  constexpr std::string_view blanks = " \t";
  const std::string_view line = position.text;
  begin = std::min(line.find_first_not_of(blanks, begin), end);
  while (end > begin && blanks.find(line[end - 1]) != std::string_view::npos) --end;
  if (begin == end) return position;
  position.column = length(line.substr(0, begin)) + 1;
  position.length = length(line.substr(begin, end - begin));
  return position;
}

Position statement(const Position& position) { return stretch(position, 0, position.text.size()); }

/// The value at `position`, which may be anywhere in it.
Position value_around(const Position& position) {
  const std::string& line = position.text;
  const std::size_t at = characters(line, 1, position.column - 1).size();
  const std::size_t before = at == 0 ? std::string::npos : line.find_last_of("=[,{", at - 1);
  const std::size_t begin = before == std::string::npos ? 0 : before + 1;
  return stretch(position, begin, std::min(line.find_first_of(",]}#", begin), line.size()));
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Whether the text begins as a number does.
bool is_like_a_number(std::string_view text) {
  const std::size_t first = text.find_first_not_of("+-.");
  return first != std::string_view::npos && std::isdigit(static_cast<unsigned char>(text[first])) != 0;
}

/// The parser says what it hoped for, such as the rest of "nan" after an "n": of no use to a user who wrote "no".
void report_value(const Position& value, Diagnostics& diagnostics) {
  const std::string text(characters(value.text, value.column, value.length));
  const std::string word = lower(text);
  if (is_one_of(word, {"yes", "no", "on", "off", "y", "n", "true", "false"})) {
    diagnostics.error(value, '"' + text + "\" is not a value", "use true or false");
  } else if (is_one_of(word, {"none", "null", "nil"})) {
    diagnostics.error(value, '"' + text + "\" is not a value", "leave the key out to get its default");
  } else if (is_like_a_number(text)) {
    diagnostics.error(value, '"' + text + "\" is not a number", "numbers are written as 10, 0.5 or 1e-3");
  } else {
    diagnostics.error(value, "this is not a value", "text is written in quotes, as in device = \"auto\"");
  }
}

}  // namespace

void report_complaint(const toml::parse_error& complaint, const Source& source, Diagnostics& diagnostics) {
  constexpr std::string_view prefix = "Error while parsing ";
  std::string_view text = complaint.description();
  const auto says = [&](std::string_view part) { return text.find(part) != std::string_view::npos; };
  const auto parsing = [&](std::string_view what) { return says(std::string(prefix).append(what)); };
  const toml::source_position begin = complaint.source().begin;
  const Position position = source.at(begin.line, begin.column);
  const bool at_line_end = position.column > length(position.text);

  if (says("cannot redefine existing") && says("table header")) {
    diagnostics.error(statement(position), "section [" + quoted(text) + "] appears twice",
                      "move the keys of one below the other");
  } else if (says("cannot redefine existing")) {
    diagnostics.error(statement(position), "key \"" + quoted(text) + "\" appears twice", "keep one of them");
  } else if (parsing("value: could not determine value type") || parsing("boolean:") || parsing("floating-point:") ||
             says("integer: ")) {
    report_value(value_around(position), diagnostics);
  } else if (says("exceeded maximum nested value depth")) {
    diagnostics.error(position, "lists or tables within each other more than 256 times");
  } else if (says("parsing string") && at_line_end) {
    diagnostics.error(position, "text without its closing quote", "end it with a quote on the same line");
  } else if (says("escape sequence")) {
    diagnostics.error(position, "unknown escape sequence in a text",
                      "write \\\\ for a backslash, or put the text in single quotes");
  } else if (says("parsing key-value pair: encountered end-of-file") || says("expected value, saw")) {
    diagnostics.error(position, "the value is missing");
  } else {
    if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
    diagnostics.error(position, "not valid TOML: " + std::string(text));
  }
}

}  // namespace pgt::config
