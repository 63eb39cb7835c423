#include "list.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <sstream>
#include <stdexcept>

#include <pgt/sdk/video_files.hpp>

#include "datasets/common/class_table.hpp"

namespace pgt::datasets {
namespace {

namespace fs = std::filesystem;

/// Unique within a split: the path as the list has it, and the seconds where a row has any.
std::string id_of(const std::string& path, const ListRow& row) {
  const bool whole = row.start == 0 && row.end == ListRow().end;
  if (whole) return path;
  std::ostringstream id;
  id.precision(std::numeric_limits<double>::max_digits10 - 2);  // as a row writes them
  id << path << '@' << row.start << '-';
  if (row.end != ListRow().end) id << row.end;
  return id.str();
}

}  // namespace

void ListOptions::describe(sdk::Options& o) {
  o("file", file).required().path().help("CSV file with the columns path,label[,start,end,split,group]");
  o("root", root).path().help("folder that relative paths start from; empty: the CSV file's");
  o("task", task, {{"auto", Labels::automatic}, {"single", Labels::single}, {"multi", Labels::multi}})
      .help("single: one label per video; multi: any number (\"a|b\", or none); auto: multi if a row has several");
  describe_missing(o, missing);
  describe_frame_rate(o, frame_rate);
  o("val_fraction", val_fraction).range(0, 0.9).help("share of each class set aside for validation if no row says val");
}

List::List(const Options& options, const sdk::DatasetContext& context)
    : options_(options), root_(options.root.empty() ? fs::path(options.file).parent_path() : fs::path(options.root)) {
  const ListRows list = read_rows(read_annotations(options.file, "file", "a CSV file with the header path,label"));
  for (const CsvProblem& found : list.problems) problem(found.place, found.text);
  choose_task(list.rows);
  name_classes(list.rows);
  std::map<std::string, std::size_t> lines;
  for (const ListRow& row : list.rows) add(row, lines);
  if (std::ranges::none_of(list.rows, [](const ListRow& row) { return row.split == sdk::Split::val; })) {
    set_aside_validation(options.val_fraction, context.seed);
  } else if (of(sdk::Split::val).empty() && options.missing == Missing::skip) {
    problem({}, "has rows of split val, but none of their files exists");
  }
  if (!list.unknown_columns.empty()) info_.warnings.push_back("columns not used: " + listed(list.unknown_columns, 10));
  finish(options.missing);
  if (info_.classes.size() < 2 && info_.task == sdk::Task::single_label) {
    throw std::runtime_error(options.file +
                             ": has one label only; there is nothing to tell apart without a second one");
  }
}

void List::choose_task(const std::vector<ListRow>& rows) {
  const bool several = std::any_of(rows.begin(), rows.end(), [](const ListRow& row) { return row.labels.size() > 1; });
  const bool multi = options_.task == Labels::multi || (options_.task == Labels::automatic && several);
  info_.task = multi ? sdk::Task::multi_label : sdk::Task::single_label;
}

void List::name_classes(const std::vector<ListRow>& rows) {
  std::set<std::string> classes;
  for (const ListRow& row : rows) classes.insert(row.labels.begin(), row.labels.end());
  info_.classes = class_table(classes);
  numbers_ = numbers_of(info_.classes);
}

void List::check_labels(const ListRow& row) {
  if (info_.task == sdk::Task::multi_label) return;
  if (row.labels.empty()) problem(row.label_place, "no label; task = \"multi\" allows that");
  if (row.labels.size() > 1) problem(row.label_place, "several labels; task = \"multi\" allows that");
}

void List::add(const ListRow& row, std::map<std::string, std::size_t>& lines) {
  check_labels(row);
  LabelledFile file;
  file.sample.id = id_of(row.path, row);
  file.sample.path = root_ / row.path;
  file.sample.fps = options_.frame_rate;
  file.sample.start = row.start;
  file.sample.end = row.end;
  file.sample.group = row.group.empty() ? row.path : row.group;  // pieces of one video stay together
  for (const std::string& label : row.labels) file.classes.push_back(numbers_.at(label));
  std::sort(file.classes.begin(), file.classes.end());

  const sdk::Split split = row.split.value_or(sdk::Split::train);
  const std::string piece = id_of(fs::path(row.path).lexically_normal().string(), row);
  const auto [first, is_new] =
      lines.emplace(split_names[static_cast<std::size_t>(split)] + ":" + piece, row.path_place.line);
  if (!is_new) problem(row.path_place, "the same piece of video as in line " + std::to_string(first->second));
  if (!row.path.empty() && is_there(row, file.sample.path)) of(split).push_back(std::move(file));
}

bool List::is_there(const ListRow& row, const fs::path& file) {
  const sdk::Found found = sdk::look_for(file);
  if (found == sdk::Found::folder) problem(row.path_place, file.string() + " is a folder without frames");
  if (found == sdk::Found::nothing) findings_.missing(options_.file, row.path_place, file);
  return found == sdk::Found::video;
}

void List::problem(const Place& place, const std::string& text) { findings_.problem(options_.file, place, text); }

}  // namespace pgt::datasets
