/// Small helpers for messages.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pgt {

/// The candidates close enough to `word` to have been meant (Damerau-Levenshtein distance at most 2 or a third of the
/// length, not over half of it, and at most 2 more than of the closest), closest first, at most three.
std::vector<std::string> close_matches(std::string_view word, std::span<const std::string> candidates);

/// `did you mean "a" or "b"?`, or "" where nothing is close.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

std::string join(std::span<const std::string> words, std::string_view separator);

/// "1 step", "4 steps": `thing` is the word for one, which takes an s.
std::string counted(std::int64_t count, std::string_view thing);

/// Whether a character of UTF-8 text begins with this byte.
bool starts_character(char c);
/// Columns on a screen of UTF-8 text whose characters are one column wide each.
int columns_of(std::string_view text);

/// Whether all of it is UTF-8, as JSON, TOML and SVG want their text.
bool is_utf8(std::string_view text);

/// Text as a terminal may get it: control characters, and bytes that are not UTF-8, become visible (`\x1b`). Names of
/// files and classes come from anywhere, and could set colours and titles. Tabs and ends of lines stay.
std::string printable(std::string_view text);
/// The same for a name within a line: ends of lines become visible too (`\n`).
std::string printable_name(std::string_view text);
/// `text` with every line after the first indented, so that none of them passes for a message of its own.
std::string indented(std::string_view text);
/// At most `columns` wide, what is left out replaced by `…`: from the end, or from the start where the end says more,
/// as of a path.
std::string shortened(std::string_view text, int columns);
std::string shortened_at_start(std::string_view text, int columns);

/// A field of a CSV file, quoted where RFC 4180 asks for it.
std::string csv_field(std::string_view text);
/// The fields as one line of CSV.
std::string csv_row(const std::vector<std::string>& fields);

}  // namespace pgt
