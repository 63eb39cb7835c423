#include "eval/segment_predictions.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/milliseconds.hpp"
#include "base/number.hpp"
#include "base/text.hpp"
#include "eval/outcomes.hpp"

namespace pgt::eval {
namespace {

/// A video with what became of it: its segments, or a reason why it was not scored.
struct FoundSegments {
  std::string path;
  std::vector<ScoredSegment> segments;
  std::string reason;
};

std::vector<FoundSegments> all_found(const Evaluation& evaluation) {
  const MomentEvaluation moments = evaluation.moment_evaluation();
  std::vector<FoundSegments> found;
  for (const Outcome& outcome : outcomes_of(evaluation)) {
    FoundSegments& of_video = found.emplace_back(FoundSegments{outcome.video.path.string(), {}, {}});
    if (outcome.track != nullptr) {
      of_video.segments = moments.segments(*outcome.track);
    } else {
      of_video.reason = outcome.reason;
    }
  }
  return found;
}

/// Appends a cell to the right of a column of ten.
void to_right(std::string& text, const std::string& cell) {
  text.append(cell.size() < 10 ? 10 - cell.size() : 0, ' ').append(cell);
}

/// Of a value that is so many levels deep, as all of the text would be if it were one value: a tree of the segments of
/// an hour takes megabytes.
std::string as_json(const nlohmann::ordered_json& value, std::size_t depth) {
  const std::string text = value.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  std::string indented;
  for (const char c : text) {
    indented += c;
    if (c == '\n') indented.append(2 * depth, ' ');
  }
  return indented;
}

/// Appends to a list that has been begun with a bracket.
void append_element(std::string& list, const nlohmann::ordered_json& element, std::size_t depth) {
  list.append(list.ends_with('[') ? "\n" : ",\n").append(2 * depth, ' ').append(as_json(element, depth));
}

const std::string& class_of(const Evaluation& evaluation, const ScoredSegment& segment) {
  return evaluation.classes[static_cast<std::size_t>(segment.label)];
}

}  // namespace

std::string segments_csv(const Evaluation& evaluation) {
  std::string text = csv_row({"path", "start", "end", "class", "score", "error"});
  for (const auto& [path, segments, reason] : all_found(evaluation)) {
    if (!reason.empty()) text += csv_row({path, "", "", "", "", reason});
    for (const ScoredSegment& segment : segments) {
      text += csv_row({path, round_trip(rounded_to_milliseconds(segment.start)),
                       round_trip(rounded_to_milliseconds(segment.end)), class_of(evaluation, segment),
                       round_trip(segment.score), ""});
    }
  }
  return text;
}

std::string segments_as_json(const Evaluation& evaluation) {
  std::string text = "[";
  for (const auto& [path, segments, reason] : all_found(evaluation)) {
    if (!reason.empty()) {
      append_element(text, {{"path", path}, {"error", reason}}, 1);
      continue;
    }
    append_element(text, {{"path", path}, {"segments", nlohmann::ordered_json::array()}}, 1);
    constexpr std::string_view end = "]\n  }";  // of the list, which is filled now
    text.resize(text.size() - end.size());
    for (const ScoredSegment& segment : segments) {
      append_element(text,
                     {{"start", rounded_to_milliseconds(segment.start)},
                      {"end", rounded_to_milliseconds(segment.end)},
                      {"class", class_of(evaluation, segment)},
                      {"score", segment.score}},
                     3);
    }
    text += segments.empty() ? "" : "\n    ";
    text += end;
  }
  text += text == "[" ? "]\n" : "\n]\n";  // not a copy of it: an hour's is megabytes
  return text;
}

std::string segments_table(const Evaluation& evaluation) {
  std::string text;
  for (const auto& [path, segments, reason] : all_found(evaluation)) {
    if (!reason.empty()) continue;  // said elsewhere
    text.append(text.empty() ? "" : "\n").append(printable_name(path)).append("\n");
    if (segments.empty()) text += "  nothing found\n";
    int widest = 0;
    for (const ScoredSegment& segment : segments) {
      widest = std::max(widest, columns_of(printable_name(class_of(evaluation, segment))));
    }
    for (const ScoredSegment& segment : segments) {
      const std::string name = printable_name(class_of(evaluation, segment));
      to_right(text, fixed(segment.start, 3));
      to_right(text, fixed(segment.end, 3));
      text.append("  ").append(name).append(static_cast<std::size_t>(widest - columns_of(name)), ' ');
      to_right(text, fixed(100 * segment.score, 1));
      text += " %\n";
    }
  }
  return text;
}

}  // namespace pgt::eval
