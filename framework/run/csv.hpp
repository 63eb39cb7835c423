/// Reads CSV as RFC 4180 writes it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pgt::run {

struct CsvTable {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;  ///< each as long as the header
  std::size_t whole_bytes = 0;                 ///< up to the end of the last row that is complete

  /// The column of that name; `header.size()` where there is none.
  std::size_t column(std::string_view name) const;
};

/// A last row without its end of line was being written when the process died and is left out; so is a row with
/// another number of fields than the header.
CsvTable parse_csv(std::string_view text);

}  // namespace pgt::run
