#include "charades.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <set>
#include <sstream>

#include <pgt/sdk/video_files.hpp>

namespace pgt::datasets {
namespace {

constexpr double frame_rate = 24;  // of the frames that are published
constexpr std::int64_t published_classes = 157;
constexpr double whole_video = std::numeric_limits<double>::infinity();

std::size_t column_of(const std::vector<CsvField>& header, const std::string& name) {
  return static_cast<std::size_t>(
      std::find_if(header.begin(), header.end(), [&](const CsvField& field) { return field.text == name; }) -
      header.begin());
}

}  // namespace

void CharadesOptions::describe(sdk::Options& o) {
  o("root", root).required().path().help("folder with the videos, named by their ids");
  o("train", train).required().path().help("Charades_v1_train.csv");
  o("val", val).path().help("Charades_v1_test.csv");
  o("classes", classes).path().help("Charades_v1_classes.txt; empty: classes are named c000 to c156");
  describe_missing(o, missing);
}

Charades::Charades(const Options& options, const sdk::DatasetContext&) : options_(options), finder_(options.root) {
  info_.task = sdk::Task::multi_label;
  name_classes();
  read(sdk::Split::train, "train", options.train);
  if (!options.val.empty()) read(sdk::Split::val, "val", options.val);
  finish(options.missing);
  warn_about_copies(finder_);
  warn_of(cut_, " actions end after their video; their segments are cut off there");
  warn_of(empty_, " actions have no length within their video, and no segment");
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
      findings_.problem(options_.classes, line.place, std::string("is not \"") + expected + " what it is\"");
    }
    info_.classes.push_back(line.text);
  }
}

void Charades::read(sdk::Split split, const std::string& option, const std::string& file) {
  std::ifstream in = open_annotations(file, option, "an official CSV file of Charades, or a list of its frames");
  std::string header;
  std::getline(in, header);
  if (header.starts_with("original_vido_id")) return read_frames(split, file, in);
  read_official(split, file, header + "\n" + std::string(std::istreambuf_iterator<char>(in), {}));
}

void Charades::read_official(sdk::Split split, const std::string& file, const std::string& text) {
  const CsvTable table = read_csv(text);
  for (const CsvProblem& problem : table.problems) findings_.problem(file, problem.place, problem.text);
  if (table.rows.empty()) return findings_.problem(file, {}, "is empty");
  const std::vector<CsvField>& header = table.rows.front();
  const std::size_t id_column = column_of(header, "id"), actions_column = column_of(header, "actions");
  const std::size_t length_column = column_of(header, "length");
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
    LabelledFile video;
    video.sample.id = row[id_column].text;
    video.sample.path = finder_.find(video.sample.id);
    if (!seen.insert(video.sample.id).second) {
      findings_.problem(file, row[id_column].place, "video " + video.sample.id + " appears twice");
    }
    std::vector<Action> actions = actions_of(file, row[actions_column]);
    if (video.sample.path.empty()) {
      findings_.missing(file, row[id_column].place, std::filesystem::path(options_.root) / (video.sample.id + ".mp4"));
    } else {
      const double length = length_column < row.size() ? std::atof(row[length_column].text.c_str()) : 0;
      add(split, std::move(video), {std::move(actions), length > 0 ? length : whole_video});
    }
  }
}

void Charades::read_frames(sdk::Split split, const std::string& file, std::istream& in) {
  LabelledFile video;
  std::vector<Action> actions;
  std::set<std::string> seen;
  double frame = 0;  // of the video
  const auto finish = [&] {
    if (!video.sample.path.empty()) add(split, std::move(video), {std::move(actions), frame / frame_rate});
    video = {};
    actions = {};
    frame = 0;
  };
  std::string line;
  for (Place place{2, 1}; std::getline(in, line); ++place.line) {
    const std::vector<std::string_view> words = words_of(line);
    if (words.empty()) continue;
    if (words.size() != 5 || words[4].size() < 2 || !words[4].starts_with('"') || !words[4].ends_with('"')) {
      findings_.problem(file, place, "is not \"original_vido_id video_id frame_id path \"labels\"\"");
      continue;
    }
    if (words[0] != video.sample.id) {
      finish();
      video.sample.id = words[0];
      video.sample.path = (std::filesystem::path(options_.root) / words[3]).parent_path();
      if (!seen.insert(video.sample.id).second) {
        findings_.problem(file, place, "video " + video.sample.id + " is listed again");
      }
      if (sdk::look_for(video.sample.path) != sdk::Found::video) {
        findings_.missing(file, place, video.sample.path);
        video.sample.path.clear();
      }
    }
    // A label of a frame holds while it is shown; half a frame more keeps its two ends clear of rounding.
    const double start = (frame - 0.5) / frame_rate, end = (frame + 0.5) / frame_rate;
    for (const std::int64_t label : labels_of(file, place, words[4])) {
      const auto going_on = std::find_if(actions.begin(), actions.end(), [&](const Action& action) {
        return action.a_class == label && std::abs(action.end - start) < 1e-6;
      });
      if (going_on != actions.end()) {
        going_on->end = end;
      } else {
        actions.push_back({label, start, end});
      }
    }
    ++frame;
  }
  finish();
}

void Charades::add(sdk::Split split, LabelledFile video, Annotated annotated) {
  std::set<std::int64_t> classes;
  for (const Action& action : annotated.actions) {
    classes.insert(action.a_class);
    const sdk::Segment segment = segment_of(action, annotated.length);
    empty_ += segment.end <= segment.start ? 1 : 0;
    cut_ += segment.end > segment.start && segment.end < action.end ? 1 : 0;
  }
  video.classes.assign(classes.begin(), classes.end());
  video.sample.fps = frame_rate;
  of(split).push_back(std::move(video));
  annotated_[split].push_back(std::move(annotated));
}

std::vector<std::int64_t> Charades::labels_of(const std::string& file, const Place& place, std::string_view quoted) {
  std::string text(quoted);
  std::erase(text, '"');  // some of the published files have """" where there is none
  std::vector<std::int64_t> labels;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view number = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(number.size() + 1, rest.size()));
    std::int64_t label = -1;
    const auto [stop, error] = std::from_chars(number.data(), number.data() + number.size(), label);
    if (error == std::errc::invalid_argument || stop != number.data() + number.size()) {
      findings_.problem(file, place,
                        "label \"" + std::string(number) + "\" is not a number: labels are \"\" or as \"1,23\"");
    } else if (error != std::errc() || label < 0 || label >= std::ssize(info_.classes)) {
      findings_.problem(file, place,
                        "label \"" + std::string(number) + "\": there are " + std::to_string(info_.classes.size()) +
                            " classes, from 0");
    } else {
      labels.push_back(label);
    }
  }
  return labels;
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
      findings_.problem(file, field.place, "\"" + part + "\" is not \"c000 START END\"");
    } else if (action.a_class < 0 || action.a_class >= std::ssize(info_.classes)) {
      findings_.problem(file, field.place,
                        "\"" + part + "\": there are " + std::to_string(info_.classes.size()) + " classes");
    } else {
      actions.push_back(action);
    }
  }
  return actions;
}

sdk::Segment Charades::segment_of(const Action& action, double length) {
  return {std::max(0.0, action.start), std::min(action.end, length), action.a_class};
}

sdk::Target Charades::target(sdk::Split split, std::size_t index, std::span<const double> times) const {
  std::set<std::int64_t> present;
  for (const Action& action : annotated_.at(split).at(index).actions) {
    if (action.start <= times.back() && action.end >= times.front()) present.insert(action.a_class);
  }
  return {{present.begin(), present.end()}};
}

std::vector<sdk::Segment> Charades::segments(sdk::Split split, std::size_t index) const {
  std::vector<sdk::Segment> segments;
  const auto& [actions, length] = annotated_.at(split).at(index);
  for (const Action& action : actions) {
    const sdk::Segment segment = segment_of(action, length);
    if (segment.end > segment.start) segments.push_back(segment);
  }
  std::ranges::stable_sort(segments, {}, &sdk::Segment::start);
  return segments;
}

}  // namespace pgt::datasets
