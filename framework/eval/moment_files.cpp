#include "eval/moment_files.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/milliseconds.hpp"
#include "base/number.hpp"
#include "base/text.hpp"
#include "eval/timeline_svg.hpp"

namespace pgt::eval {
namespace {

namespace fs = std::filesystem;

/// "003-video_test_4.svg": letters that a file's name may not have are replaced.
std::string timeline_name(std::size_t number, const std::string& id) {
  char digits[24];
  std::snprintf(digits, sizeof digits, "%03zu-", number + 1);
  std::string name = id.substr(0, 100);
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '_' && c != '.') c = '_';
  }
  return digits + name + ".svg";
}

/// None but those that have such a name.
void remove_timelines(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> timelines;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    const std::size_t digits = name.find_first_not_of("0123456789");
    const bool numbered = digits != std::string::npos && digits >= 3 && name[digits] == '-';
    if (numbered && name.ends_with(".svg")) timelines.push_back(entry->path());
  }
  for (const fs::path& timeline : timelines) fs::remove(timeline, error);
}

void write_timelines(const fs::path& folder, const Evaluation& evaluation) {
  remove_timelines(folder);  // of an earlier evaluation in the same folder
  const MomentEvaluation moments = evaluation.moment_evaluation();
  const std::size_t count = std::min(evaluation.tracks.size(), static_cast<std::size_t>(evaluation.rules.timelines));
  if (count == 0) return;
  make_folder(folder);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& id = evaluation.videos[evaluation.scored[i].index].id;
    write_file_atomically(folder / timeline_name(i, id), timeline_svg(id, moments, evaluation.tracks[i]));
  }
}

}  // namespace

std::string results_json(const Evaluation& evaluation) {
  const MomentEvaluation moments = evaluation.moment_evaluation();
  nlohmann::ordered_json results = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < evaluation.tracks.size(); ++i) {
    nlohmann::ordered_json& of_video = results[evaluation.videos[evaluation.scored[i].index].id];
    of_video = nlohmann::ordered_json::array();
    for (const ScoredSegment& segment : moments.segments(evaluation.tracks[i])) {
      of_video.push_back({{"segment", {rounded_to_milliseconds(segment.start), rounded_to_milliseconds(segment.end)}},
                          {"label", evaluation.classes[static_cast<std::size_t>(segment.label)]},
                          {"score", segment.score}});
    }
  }
  const nlohmann::ordered_json whole = {
      {"version", "pgt-host"}, {"results", std::move(results)}, {"external_data", nlohmann::ordered_json::object()}};
  return whole.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string moment_classes_csv(const Evaluation& evaluation) {
  const MomentEvaluation moments = evaluation.moment_evaluation();
  const std::vector<ClassFigures> figures = class_figures(moments);
  std::vector<std::string> header{"class", "moments"};
  if (moments.one_class) header.insert(header.end(), {"correct", "accuracy"});
  header.insert(header.end(), {"average_precision", "calibrated_average_precision"});
  const bool segments = std::ranges::any_of(figures, [](const ClassFigures& f) { return !f.segments.empty(); });
  if (segments) {
    for (const double overlap : overlaps_named(evaluation.rules.segment_overlaps)) {
      header.push_back("segment_ap@" + fixed(overlap, 2));
    }
  }
  std::string text = csv_row(std::move(header));
  for (std::size_t k = 0; k < figures.size(); ++k) {
    const ClassFigures& of_class = figures[k];
    std::vector<std::string> row{evaluation.classes[k], std::to_string(of_class.moments)};
    if (moments.one_class) {
      const double accuracy = 100.0 * static_cast<double>(of_class.correct) / static_cast<double>(of_class.moments);
      row.insert(row.end(), {std::to_string(of_class.correct), round_trip(accuracy)});
    }
    row.insert(row.end(), {round_trip(of_class.precision), round_trip(of_class.calibrated)});
    for (const double precision : of_class.segments) row.push_back(round_trip(precision));
    text += csv_row(std::move(row));
  }
  return text;
}

void write_moments(const fs::path& folder, const Evaluation& evaluation) {
  write_file_atomically(folder / "per_class.csv", moment_classes_csv(evaluation));
  write_file_atomically(folder / "results.json", results_json(evaluation));
  write_timelines(folder / "timelines", evaluation);
}

}  // namespace pgt::eval
