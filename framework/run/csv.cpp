#include "run/csv.hpp"

#include <algorithm>

namespace pgt::run {

std::size_t CsvTable::column(std::string_view name) const {
  return static_cast<std::size_t>(std::find(header.begin(), header.end(), name) - header.begin());
}

CsvTable parse_csv(std::string_view text) {
  CsvTable table;
  std::vector<std::string> row(1);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (quoted && c == '"' && next == '"') {
      row.back() += '"';
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (quoted || (c != ',' && c != '\n')) {
      const bool ends_line = !quoted && c == '\r' && next == '\n';
      if (!ends_line) row.back() += c;
    } else if (c == ',') {
      row.emplace_back();
    } else {
      if (table.header.empty()) {
        table.header = std::move(row);
      } else if (row.size() == table.header.size()) {
        table.rows.push_back(std::move(row));
      }
      row.assign(1, "");
      table.whole_bytes = i + 1;
    }
  }
  return table;
}

}  // namespace pgt::run
