/// Reads CSV (RFC 4180), with the place of everything in it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace pgt::datasets {

/// A place in a text: both counted from 1, columns in bytes.
struct Place {
  std::size_t line = 1;
  std::size_t column = 1;
};

/// "FILE:LINE:COLUMN", as messages name a place.
std::string place_text(const std::string& file, const Place& place);

struct CsvField {
  std::string text;  ///< without its quotes; unquoted text without blanks around it
  Place place;
};

struct CsvProblem {
  Place place;
  std::string text;
};

/// Calls `take` with every row that is not an empty line, and returns what is wrong with the quotes.
std::vector<CsvProblem> each_csv_row(std::string_view text,
                                     const std::function<void(const std::vector<CsvField>&)>& take);

struct CsvTable {
  std::vector<std::vector<CsvField>> rows;  ///< without empty lines
  std::vector<CsvProblem> problems;         ///< of the quotes
};

/// Takes LF and CRLF, a byte order mark, blanks around fields, quoted fields with commas, line ends and doubled quotes.
CsvTable read_csv(std::string_view text);

}  // namespace pgt::datasets
