#include "kinetics.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <map>
#include <set>
#include <stdexcept>

#include <pgt/sdk/video_files.hpp>

#include "datasets/common/class_table.hpp"

namespace pgt::datasets {
namespace {

namespace fs = std::filesystem;

template <class Number>
bool read_number(const std::string& text, Number& number) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end;
}

constexpr double latest = 999'999;  // seconds; names of cut videos have six digits for them
constexpr std::int64_t most_labels = 100'000;

}  // namespace

void KineticsOptions::describe(sdk::Options& o) {
  o("root", root).required().path().help("folder with the videos, which may be in subfolders");
  o("train", train)
      .required()
      .path()
      .help("official CSV (label,youtube_id,time_start,time_end,…) or list \"path label\"");
  o("val", val).path().help("the same for validation");
  o("test", test).path().help("the same for testing");
  o("classes", classes).path().help("for lists: file with one class name per line, in the order of the labels");
  o("separator", separator).help("for lists: separator between path and label");
  describe_missing(o, missing);
}

void KineticsOptions::check(sdk::Problems& problems) const {
  if (separator.empty()) problems.push_back({"separator", "must not be empty"});
}

Kinetics::Kinetics(const Options& options, const sdk::DatasetContext&) : options_(options), finder_(options.root) {
  read(sdk::Split::train, "train", options.train);
  if (!options.val.empty()) read(sdk::Split::val, "val", options.val);
  if (!options.test.empty()) read(sdk::Split::test, "test", options.test);
  if (!official_.empty() && !list_.empty()) {
    findings_.problem(list_, {},
                      "is a list of numbered labels, but " + official_ + " names them: give both in one form");
  }
  name_classes();
  std::set<std::string> seen;
  for (Row& row : rows_) {
    if (!seen.insert(std::to_string(static_cast<int>(row.split)) + row.video.sample.id).second) {
      findings_.problem(row.file, row.place, row.video.sample.id + " appears twice");
    }
    if (sdk::look_for(row.video.sample.path) != sdk::Found::video) {
      findings_.missing(row.file, row.place, row.video.sample.path);
    } else {
      of(row.split).push_back(std::move(row.video));
    }
  }
  rows_.clear();
  finish(options.missing);
  warn_about_copies(finder_);
}

void Kinetics::read(sdk::Split split, const std::string& option, const std::string& file) {
  const std::string text = read_annotations(file, option, "an official CSV file or a list of paths and labels");
  const CsvTable table = read_csv(text);
  if (!table.rows.empty() && table.rows.front().size() > 2 && table.rows.front().front().text == "label") {
    official_ = file;
    for (const CsvProblem& problem : table.problems) findings_.problem(file, problem.place, problem.text);
    read_official(split, option, file, table);
  } else if (!table.rows.empty() && table.rows.front().front().text == "youtube_id") {
    const bool labels = std::ranges::find(table.rows.front(), "label", &CsvField::text) != table.rows.front().end();
    findings_.problem(file, {},
                      labels ? "has its columns in another order than label,youtube_id,time_start,time_end"
                             : "has no labels, as the published test split: it can only be predicted");
  } else {
    list_ = file;
    read_list(split, file, text);
  }
}

void Kinetics::read_official(sdk::Split split, const std::string& option, const std::string& file,
                             const CsvTable& table) {
  std::map<std::string, std::size_t> others;  // rows by the split that they name
  for (std::size_t i = 1; i < table.rows.size(); ++i) {
    const std::vector<CsvField>& fields = table.rows[i];
    double start = 0, end = 0;
    const bool times = fields.size() >= 4 && read_number(fields[2].text, start) && read_number(fields[3].text, end) &&
                       0 <= start && start < end && end <= latest;
    if (!times || fields[0].text.empty() || fields[1].text.empty()) {
      findings_.problem(
          file, fields.front().place,
          "is not a row label,youtube_id,time_start,time_end, with seconds from 0 on, the end after the start");
      continue;
    }
    const std::string own = fields.size() > 4 ? fields[4].text : "";  // train, validate or test
    if (!own.empty() && (own == "train") != (split == sdk::Split::train)) ++others[own];
    Row row{split, file, fields[1].place, fields[0].text, {}};
    find_video(row.video, fields[1].text, start, end);
    rows_.push_back(std::move(row));
  }
  for (const auto& [other, rows] : others) {
    info_.warnings.push_back("rows of " + file + ", which dataset." + option + " names, are of split \"" + other +
                             "\": " + std::to_string(rows));
  }
}

/// Cut videos are called ID_START_END; else the whole one is cut here.
void Kinetics::find_video(LabelledFile& video, const std::string& id, double start, double end) const {
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "_%06d_%06d", static_cast<int>(start), static_cast<int>(end));
  video.sample.id = id + seconds;
  video.sample.group = id;
  video.sample.path = finder_.find(video.sample.id);
  if (!video.sample.path.empty()) return;
  video.sample.path = finder_.find(id);
  video.sample.start = start;
  video.sample.end = end;
  if (video.sample.path.empty()) video.sample.path = fs::path(options_.root) / (video.sample.id + ".mp4");
}

void Kinetics::read_list(sdk::Split split, const std::string& file, const std::string& text) {
  for (const Line& line : lines_of(text)) {
    const std::size_t gap = line.text.rfind(options_.separator);
    const std::string label = gap == std::string::npos ? "" : line.text.substr(gap + options_.separator.size());
    std::int64_t number = -1;
    if (!read_number(label, number) || number < 0 || gap == 0) {
      findings_.problem(file, line.place,
                        "is not \"path" + options_.separator +
                            "label\" with the label's number last; dataset.separator says what is between them");
      continue;
    }
    Row row{split, file, line.place, label, {}};
    row.video.sample.id = line.text.substr(0, gap);
    row.video.sample.id.erase(row.video.sample.id.find_last_not_of(" \t") + 1);
    row.video.sample.path = fs::path(options_.root) / row.video.sample.id;
    row.video.classes = {number};
    rows_.push_back(std::move(row));
  }
}

void Kinetics::name_classes() {
  if (!official_.empty()) {
    std::set<std::string> names;
    for (const Row& row : rows_) names.insert(row.label);
    info_.classes = class_table(names);
    const std::map<std::string, std::int64_t> numbers = numbers_of(info_.classes);
    for (Row& row : rows_) row.video.classes = {numbers.at(row.label)};
    return;
  }
  if (!options_.classes.empty()) {
    for (const Line& line :
         lines_of(read_annotations(options_.classes, "classes", "the classes' names, one per line"))) {
      info_.classes.push_back(line.text);
    }
  }
  for (const Row& row : rows_) {
    const std::int64_t number = row.video.classes.front();
    if (options_.classes.empty() && number >= most_labels) {
      findings_.problem(row.file, row.place, "label " + row.label + " is not a class number");
    } else if (options_.classes.empty()) {
      while (std::ssize(info_.classes) <= number) info_.classes.push_back(std::to_string(info_.classes.size()));
    } else if (number >= std::ssize(info_.classes)) {
      findings_.problem(row.file, row.place,
                        "label " + row.label + ", but " + options_.classes + " names " +
                            std::to_string(info_.classes.size()) + " classes, counted from 0");
    }
  }
}

}  // namespace pgt::datasets
