/// Small helpers for messages.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pgt {

/// The candidates close enough to `word` to have been meant (Damerau-Levenshtein distance at most 2 or a third of the
/// length, and not over half of it), closest first, at most three.
std::vector<std::string> close_matches(std::string_view word, std::span<const std::string> candidates);

/// `did you mean "a" or "b"?`, or "" where nothing is close.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

std::string join(std::span<const std::string> words, std::string_view separator);

/// Columns on a screen of UTF-8 text whose characters are one column wide each.
int columns_of(std::string_view text);

/// A field of a CSV file, quoted where RFC 4180 asks for it.
std::string csv_field(std::string_view text);
/// The fields as a line of it.
std::string csv_row(const std::vector<std::string>& fields);

}  // namespace pgt
