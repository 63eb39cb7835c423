#include "charades.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>
#include <sstream>

namespace pgt::datasets {
namespace {

constexpr std::int64_t published_classes = 157;

std::size_t column_of(const std::vector<CsvField>& header, const std::string& name) {
  return static_cast<std::size_t>(
      std::find_if(header.begin(), header.end(), [&](const CsvField& field) { return field.text == name; }) -
      header.begin());
}

}  // namespace

void CharadesOptions::describe(sdk::Options& o) {
  o("root", root).required().path().help("folder of the videos, named by their ids");
  o("train", train).required().path().help("Charades_v1_train.csv");
  o("val", val).path().help("Charades_v1_test.csv");
  o("classes", classes).path().help("Charades_v1_classes.txt; empty: classes are called c000 to c156");
  describe_missing(o, missing);
}

Charades::Charades(const Options& options, const sdk::DatasetContext&) : options_(options), finder_(options.root) {
  info_.task = sdk::Task::multi_label;
  name_classes();
  read(sdk::Split::train, "train", options.train);
  if (!options.val.empty()) read(sdk::Split::val, "val", options.val);
  finish(options.missing);
}

void Charades::name_classes() {
  if (options_.classes.empty()) {
    for (std::int64_t i = 0; i < published_classes; ++i) {
      char name[8];
      std::snprintf(name, sizeof name, "c%03d", static_cast<int>(i));
      info_.classes.emplace_back(name);
    }
    return;
  }
  for (const Line& line : lines_of(read_annotations(options_.classes, "classes", "Charades_v1_classes.txt"))) {
    char expected[8];
    std::snprintf(expected, sizeof expected, "c%03d", static_cast<int>(info_.classes.size() % 1000));
    if (!line.text.starts_with(std::string(expected) + " ")) {
      findings_.problem(options_.classes, line.place, std::string("is no \"") + expected + " what it is\"");
    }
    info_.classes.push_back(line.text);
  }
}

void Charades::read(sdk::Split split, const std::string& option, const std::string& file) {
  const CsvTable table = read_csv(read_annotations(file, option, "an official CSV file of Charades"));
  for (const CsvProblem& problem : table.problems) findings_.problem(file, problem.place, problem.text);
  if (table.rows.empty()) return findings_.problem(file, {}, "is empty");
  const std::vector<CsvField>& header = table.rows.front();
  const std::size_t id_column = column_of(header, "id"), actions_column = column_of(header, "actions");
  if (id_column == header.size() || actions_column == header.size()) {
    return findings_.problem(file, {}, "has no columns id and actions in its first line");
  }
  std::set<std::string> seen;
  for (std::size_t i = 1; i < table.rows.size(); ++i) {
    const std::vector<CsvField>& row = table.rows[i];
    if (row.size() != header.size()) {
      findings_.problem(file, row.front().place,
                        "has " + std::to_string(row.size()) + " fields, the header " + std::to_string(header.size()));
      continue;
    }
    std::vector<Action> actions = actions_of(file, row[actions_column]);
    LabelledFile video;
    video.sample.id = row[id_column].text;
    video.sample.path = finder_.find(video.sample.id);
    if (!seen.insert(video.sample.id).second) {
      findings_.problem(file, row[id_column].place, "video " + video.sample.id + " is there twice");
    }
    if (video.sample.path.empty()) {
      findings_.missing(file, row[id_column].place, std::filesystem::path(options_.root) / (video.sample.id + ".mp4"));
      continue;
    }
    std::set<std::int64_t> classes;
    for (const Action& action : actions) classes.insert(action.a_class);
    video.classes.assign(classes.begin(), classes.end());
    of(split).push_back(std::move(video));
    if (split == sdk::Split::train) actions_.push_back(std::move(actions));
  }
}

std::vector<Charades::Action> Charades::actions_of(const std::string& file, const CsvField& field) {
  std::vector<Action> actions;
  std::istringstream parts(field.text);
  for (std::string part; std::getline(parts, part, ';');) {
    std::istringstream words(part);
    char letter = 0;
    Action action{};
    std::string more;
    words >> letter >> action.a_class >> action.start >> action.end;
    const bool read = !words.fail() && !(words >> more);
    if (!read || letter != 'c' || action.end < action.start) {
      findings_.problem(file, field.place, "\"" + part + "\" is no \"c000 START END\"");
    } else if (action.a_class < 0 || action.a_class >= std::ssize(info_.classes)) {
      findings_.problem(file, field.place,
                        "\"" + part + "\": there are " + std::to_string(info_.classes.size()) + " classes");
    } else {
      actions.push_back(action);
    }
  }
  return actions;
}

sdk::Target Charades::target(sdk::Split split, std::size_t index, std::span<const double> times) const {
  if (split != sdk::Split::train) return LabelledFiles::target(split, index, times);
  std::set<std::int64_t> present;
  for (const Action& action : actions_.at(index)) {
    if (action.start <= times.back() && action.end >= times.front()) present.insert(action.a_class);
  }
  return {{present.begin(), present.end()}};
}

}  // namespace pgt::datasets
