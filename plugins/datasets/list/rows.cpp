#include "rows.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

#include "datasets/common/labelled_files.hpp"
#include "datasets/common/suggest.hpp"

namespace pgt::datasets {
namespace {

/// Around it.
std::string without_blanks(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

enum Column : std::size_t { path, label, start, end, split, group };
const std::array<std::string, 6> column_names{"path", "label", "start", "end", "split", "group"};
constexpr std::size_t absent = static_cast<std::size_t>(-1);

std::string did_you_mean(const std::string& word, std::span<const std::string> candidates) {
  const std::string meant = closest(word, candidates);
  return meant.empty() ? "" : "; did you mean \"" + meant + "\"?";
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

class RowReader {
 public:
  ListRows read(std::string_view text) {
    const CsvTable table = read_csv(text);
    result_.problems = table.problems;
    if (table.rows.empty()) {
      problem({}, "is empty; the first line is path,label");
    } else if (read_header(table.rows.front())) {
      for (std::size_t i = 1; i < table.rows.size(); ++i) read_row(table.rows[i]);
      if (table.rows.size() == 1) problem({}, "has a header and no rows");
    }
    return std::move(result_);
  }

 private:
  void problem(const Place& place, std::string text) { result_.problems.push_back({place, std::move(text)}); }

  /// Whether the rows can be understood.
  bool read_header(const std::vector<CsvField>& header) {
    columns_.fill(absent);
    width_ = header.size();
    if (const auto other = header.front().text.find_first_of(";\t"); header.size() == 1 && other != std::string::npos) {
      const std::string shown = header.front().text[other] == ';' ? "semicolons" : "tabs";
      problem(header.front().place, "its columns are separated by " + shown + "; use commas");
      return false;
    }
    for (std::size_t i = 0; i < header.size(); ++i) {
      const std::string name = lower(header[i].text);
      const auto known = std::find(column_names.begin(), column_names.end(), name);
      if (known != column_names.end()) {
        std::size_t& column = columns_[static_cast<std::size_t>(known - column_names.begin())];
        if (column != absent) problem(header[i].place, "column \"" + name + "\" appears twice");
        column = i;
      } else if (const std::string meant = closest(name, column_names); !meant.empty()) {
        problem(header[i].place, "unknown column \"" + header[i].text + "\"; did you mean \"" + meant + "\"?");
      } else {
        result_.unknown_columns.push_back(header[i].text);
      }
    }
    for (const Column needed : {path, label}) {
      if (columns_[needed] != absent) continue;
      problem(header.front().place,
              "no column \"" + column_names[needed] + "\"; the first line names the columns, such as path,label");
    }
    return columns_[path] != absent && columns_[label] != absent;
  }

  void read_row(const std::vector<CsvField>& fields) {
    if (fields.size() != width_) {
      problem(fields.front().place, "has " + std::to_string(fields.size()) + " fields, the header " +
                                        std::to_string(width_) + "; a path or label with a comma is written in quotes");
      return;
    }
    ListRow row;
    const CsvField& path_field = fields[columns_[path]];
    row.path = path_field.text;
    row.path_place = path_field.place;
    if (row.path.empty()) problem(row.path_place, "no path");
    read_labels(fields[columns_[label]], row);
    if (has(start)) row.start = seconds(fields[columns_[start]], row.start);
    if (has(end)) row.end = seconds(fields[columns_[end]], row.end);
    if (row.end <= row.start) {
      problem(fields[columns_[has(end) ? end : start]].place, "the end is not after the start");
    }
    if (has(split)) row.split = split_of(fields[columns_[split]]);
    if (has(group)) row.group = fields[columns_[group]].text;
    result_.rows.push_back(std::move(row));
  }

  bool has(Column column) const { return columns_[column] != absent; }

  void read_labels(const CsvField& field, ListRow& row) {
    row.label_place = field.place;
    if (field.text.empty()) return;
    for (std::size_t begin = 0; begin <= field.text.size();) {
      const std::size_t stop = std::min(field.text.find('|', begin), field.text.size());
      const std::string name = without_blanks(field.text.substr(begin, stop - begin));
      if (name.empty()) {
        problem(field.place, "an empty label in \"" + field.text + "\"");
      } else if (std::find(row.labels.begin(), row.labels.end(), name) != row.labels.end()) {
        problem(field.place, "label \"" + name + "\" appears twice");
      } else {
        row.labels.push_back(name);
      }
      begin = stop + 1;
    }
  }

  double seconds(const CsvField& field, double otherwise) {
    if (field.text.empty()) return otherwise;
    double value = 0;
    const char* last = field.text.data() + field.text.size();
    const auto [stop, error] = std::from_chars(field.text.data(), last, value);
    if (error != std::errc() || stop != last || !std::isfinite(value)) {
      problem(field.place, "\"" + field.text + "\" is not a number of seconds, such as 12.5");
      return otherwise;
    }
    if (value < 0) {
      problem(field.place, field.text + " seconds is before the video starts");
      return otherwise;
    }
    return value;
  }

  sdk::Split split_of(const CsvField& field) {
    const std::optional<sdk::Split> split = split_named(field.text);
    if (!split) {
      problem(field.place, "unknown split \"" + field.text + "\": train, val or test" +
                               did_you_mean(lower(field.text), split_names));
      return sdk::Split::train;
    }
    return *split;
  }

  ListRows result_;
  std::array<std::size_t, column_names.size()> columns_{};  // the place of each column
  std::size_t width_ = 0;
};

}  // namespace

ListRows read_rows(std::string_view text) { return RowReader().read(text); }

}  // namespace pgt::datasets
