#include "datasets/common/segments_file.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "datasets/common/json_file.hpp"

namespace pgt::datasets {
namespace {

bool has_text(const nlohmann::json& table, const char* name) {
  return table.is_object() && table.contains(name) && table.at(name).is_string();
}

bool has_segment(const nlohmann::json& annotation) {
  if (!annotation.is_object() || !annotation.contains("segment")) return false;
  const nlohmann::json& segment = annotation.at("segment");
  return segment.is_array() && segment.size() == 2 && segment[0].is_number() && segment[1].is_number();
}

}  // namespace

std::filesystem::path find_video(const VideoFinder& finder, const std::string& id) {
  for (const std::string& stem : {id, "v_" + id}) {
    if (const std::filesystem::path file = finder.find(stem); !file.empty()) return file;
  }
  return {};
}

std::optional<double> positive(const nlohmann::json& video, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (video.contains(name) && video.at(name).is_number() && video.at(name).get<double>() > 0) return video.at(name);
  }
  return std::nullopt;
}

std::optional<Stretch> Clipping::of(const Annotation& annotation, double duration) {
  const Stretch stretch{std::max(0.0, annotation.start), std::min(annotation.end, duration)};
  if (stretch.end <= stretch.start) {
    ++left_out_;
    return std::nullopt;
  }
  cut_ += stretch.start != annotation.start || stretch.end != annotation.end ? 1 : 0;
  return stretch;
}

SegmentsFile::SegmentsFile(const std::string& file, const std::string& what, Findings& findings)
    : file_(file),
      text_(read_annotations(file, "file", what)),
      findings_(findings),
      whole_(parse_json(text_, file)),
      places_(text_, {"database"}) {
  const bool known = whole_.is_object() && whole_.contains("database") && whole_.at("database").is_object();
  if (!known) throw std::runtime_error(file + ":1:1: has no table \"database\" of videos");
}

std::set<std::string> SegmentsFile::labels() const {
  std::set<std::string> labels;
  for (const nlohmann::json& video : database()) {
    if (!video.is_object() || !video.contains("annotations") || !video.at("annotations").is_array()) continue;
    for (const nlohmann::json& annotation : video.at("annotations")) {
      if (has_text(annotation, "label")) labels.insert(annotation.at("label").get<std::string>());
    }
  }
  return labels;
}

std::set<std::string> SegmentsFile::subsets() const {
  std::set<std::string> subsets;
  for (const nlohmann::json& video : database()) {
    if (has_text(video, "subset")) subsets.insert(video.at("subset").get<std::string>());
  }
  return subsets;
}

void SegmentsFile::problem(const Path& path, const std::string& text) { findings_.problem(file_, place(path), text); }

void SegmentsFile::missing(const std::string& id, const std::filesystem::path& video) {
  findings_.missing(file_, place({id}), video);
}

std::optional<std::string> SegmentsFile::subset(const std::string& id, const nlohmann::json& video) {
  if (has_text(video, "subset")) return video.at("subset").get<std::string>();
  problem({id}, "video " + id + " is not a table with a \"subset\"");
  return std::nullopt;
}

const nlohmann::json& SegmentsFile::annotations(const std::string& id, const nlohmann::json& video) {
  static const nlohmann::json none, empty = nlohmann::json::array();
  const auto found = video.find("annotations");
  if (found == video.end()) return none;
  if (found->is_array()) return *found;
  problem({id, "annotations"}, "must be a list of {segment, label}");
  return empty;
}

double SegmentsFile::duration(const std::string& id, const nlohmann::json& video) {
  const std::optional<double> duration = positive(video, {"duration", "duration_second"});
  if (video.contains("duration") && !duration) problem({id, "duration"}, "must be a number of seconds over 0");
  return duration.value_or(std::numeric_limits<double>::infinity());
}

std::optional<Annotation> SegmentsFile::annotation(const Path& path, const nlohmann::json& annotation) {
  if (!has_segment(annotation)) {
    problem(path, "must have a \"segment\": [START, END], in seconds");
  } else if (!has_text(annotation, "label")) {
    problem(path, "must have a \"label\", a text");
  } else if (annotation.at("label") == "") {
    problem(path, "has an empty \"label\"");
  } else {
    const nlohmann::json& segment = annotation.at("segment");
    return Annotation{segment[0], segment[1], annotation.at("label")};
  }
  return std::nullopt;
}

}  // namespace pgt::datasets
