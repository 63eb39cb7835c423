#include "config/toml_source.hpp"

#include <string>

namespace pgt::config {
namespace {

/// The text between the first pair of single quotes: toml++ names the key at fault so.
std::string quoted(std::string_view description) {
  const std::size_t begin = description.find('\'');
  const std::size_t end = description.rfind('\'');
  return begin < end ? std::string(description.substr(begin + 1, end - begin - 1)) : "";
}

/// The whole statement on the line of `position`.
Position statement(Position position) {
  const std::size_t begin = position.text.find_first_not_of(" \t");
  if (begin == std::string::npos) return position;
  const std::size_t end = position.text.find_last_not_of(" \t");
  position.column = begin + 1;
  position.length = length(std::string_view(position.text).substr(begin, end - begin + 1));
  return position;
}

void report(const toml::parse_error& error, const Source& source, Diagnostics& diagnostics) {
  std::string_view text = error.description();
  const auto says = [&](std::string_view part) { return text.find(part) != std::string_view::npos; };
  const toml::source_position begin = error.source().begin;
  Position position = source.at(begin.line, begin.column);
  const bool at_line_end = position.column > length(position.text);

  if (says("cannot redefine existing") && says("table header")) {
    diagnostics.error(statement(std::move(position)), "section [" + quoted(text) + "] stands twice",
                      "move the keys of one below the other");
  } else if (says("cannot redefine existing")) {
    diagnostics.error(statement(std::move(position)), "key \"" + quoted(text) + "\" stands twice", "keep one of them");
  } else if (says("could not determine value type")) {
    diagnostics.error(std::move(position), "this is not a value", "text stands in quotes, as in device = \"auto\"");
  } else if (says("parsing string") && at_line_end) {
    diagnostics.error(std::move(position), "text without its closing quote", "end it with a quote on the same line");
  } else if (says("escape sequence")) {
    diagnostics.error(std::move(position), "unknown escape sequence in a text",
                      "write \\\\ for a backslash, or put the text in single quotes");
  } else if (says("parsing key-value pair: encountered end-of-file")) {
    diagnostics.error(std::move(position), "the value is missing");
  } else {
    constexpr std::string_view prefix = "Error while parsing ";
    if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
    diagnostics.error(std::move(position), "not valid TOML: " + std::string(text));
  }
}

}  // namespace

Position position_of(const toml::source_region& region, const Source& source) {
  return source.between(region.begin.line, region.begin.column, region.end.line, region.end.column);
}

std::optional<toml::table> parse_toml(std::string_view text) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error&) {
    return std::nullopt;
  }
}

std::optional<toml::table> parse_toml(std::string_view text, const Source& source, Diagnostics& diagnostics) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    report(error, source, diagnostics);
    return std::nullopt;
  }
}

}  // namespace pgt::config
