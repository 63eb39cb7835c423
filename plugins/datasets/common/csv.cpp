#include "datasets/common/csv.hpp"

#include <utility>

namespace pgt::datasets {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text_.starts_with(byte_order_mark)) text_.remove_prefix(byte_order_mark.size());
  }

  std::vector<CsvProblem> read(const std::function<void(const std::vector<CsvField>&)>& take) {
    std::vector<CsvField> row;
    while (!at_end()) {
      row.clear();
      row.push_back(field());
      while (peek() == ',') {
        advance();
        row.push_back(field());
      }
      skip_line_end();
      const bool empty_line = row.size() == 1 && row[0].text.empty() && !quoted_;
      if (!empty_line) take(row);
    }
    return std::move(problems_);
  }

 private:
  bool at_end() const { return at_ == text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  bool at_line_end() const { return at_end() || peek() == '\n' || (peek() == '\r' && text_.substr(at_, 2) == "\r\n"); }
  bool at_field_end() const { return peek() == ',' || at_line_end(); }

  char advance() {
    const char c = text_[at_++];
    place_ = c == '\n' ? Place{place_.line + 1, 1} : Place{place_.line, place_.column + 1};
    return c;
  }
  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t') advance();
  }
  void skip_line_end() {
    if (peek() == '\r') advance();
    if (peek() == '\n') advance();
  }

  CsvField field() {
    skip_blanks();
    CsvField field{"", place_};
    quoted_ = peek() == '"';
    if (quoted_) {
      quoted_text(field);
    } else {
      while (!at_field_end()) field.text += advance();
      field.text.erase(field.text.find_last_not_of(" \t") + 1);
    }
    return field;
  }

  void quoted_text(CsvField& field) {
    advance();
    while (true) {
      if (at_end()) {
        problems_.push_back({field.place, "the quote that opens here is never closed"});
        return;
      }
      const char c = advance();
      if (c == '"' && peek() != '"') break;
      if (c == '"') advance();
      field.text += c;
    }
    skip_blanks();
    if (at_field_end()) return;
    problems_.push_back({place_, "text after the closing quote; write a quote within quotes twice"});
    while (!at_field_end()) advance();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Place place_;
  bool quoted_ = false;  // the last field
  std::vector<CsvProblem> problems_;
};

}  // namespace

std::string place_text(const std::string& file, const Place& place) {
  return file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

std::vector<CsvProblem> each_csv_row(std::string_view text,
                                     const std::function<void(const std::vector<CsvField>&)>& take) {
  return Reader(text).read(take);
}

CsvTable read_csv(std::string_view text) {
  CsvTable table;
  table.problems = each_csv_row(text, [&](const std::vector<CsvField>& row) { table.rows.push_back(row); });
  return table;
}

}  // namespace pgt::datasets
