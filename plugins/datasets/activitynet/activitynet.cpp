#include "activitynet.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>
#include <stdexcept>

#include "datasets/common/class_table.hpp"

namespace pgt::datasets {
namespace {

/// In the file ids lack what the names of the videos begin with; some copies of it have it.
std::filesystem::path find(const VideoFinder& finder, const std::string& id) {
  for (const std::string& stem : {"v_" + id, id}) {
    if (const std::filesystem::path file = finder.find(stem); !file.empty()) return file;
  }
  return {};
}

double duration_of(const nlohmann::json& video) {
  for (const char* name : {"duration", "duration_second"}) {
    if (video.contains(name) && video.at(name).is_number()) return video.at(name);
  }
  return std::numeric_limits<double>::infinity();
}

bool is_video(const nlohmann::json& video) {
  return video.is_object() && video.contains("subset") && video.at("subset").is_string() &&
         (!video.contains("annotations") || video.at("annotations").is_array());
}

bool is_annotation(const nlohmann::json& annotation) {
  if (!annotation.is_object() || !annotation.contains("label") || !annotation.contains("segment")) return false;
  const nlohmann::json& segment = annotation.at("segment");
  return annotation.at("label").is_string() && segment.is_array() && segment.size() == 2 && segment[0].is_number() &&
         segment[1].is_number();
}

}  // namespace

void ActivityNetOptions::describe(sdk::Options& o) {
  o("root", root).required().path().help("folder with the videos, named v_ID or ID");
  o("file", file).required().path().help("activity_net.v1-3.min.json");
  describe_missing(o, missing);
}

ActivityNet::ActivityNet(const Options& options, const sdk::DatasetContext&)
    : options_(options), finder_(options.root) {
  const nlohmann::json whole =
      parse_json(read_annotations(options.file, "file", "the JSON file of ActivityNet"), options.file);
  const bool known = whole.is_object() && whole.contains("database") && whole.at("database").is_object();
  if (!known) throw std::runtime_error(options.file + ":1:1: has no table \"database\" of videos");
  const nlohmann::json& database = whole.at("database");
  name_classes(database);
  for (const auto& [id, video] : database.items()) {
    if (is_video(video)) read(id, video);
  }
  finish(options.missing);
  warn_about_copies(finder_);
  if (stretches_left_out_ > 0) {
    info_.warnings.push_back(std::to_string(stretches_left_out_) +
                             " annotated stretches left out, because they are after the end of their video");
  }
}

void ActivityNet::name_classes(const nlohmann::json& database) {
  std::set<std::string> names;
  for (const auto& [id, video] : database.items()) {
    if (!is_video(video)) {
      findings_.problem(options_.file, {}, "video " + id + " is not a table of subset and annotations");
      continue;
    }
    const nlohmann::json annotations = video.value("annotations", nlohmann::json::array());
    for (const nlohmann::json& annotation : annotations) {
      if (is_annotation(annotation)) {
        names.insert(annotation.at("label").get<std::string>());
      } else {
        findings_.problem(options_.file, {}, "video " + id + " has an annotation without label or segment");
      }
    }
  }
  info_.classes = class_table(names);
  numbers_ = numbers_of(info_.classes);
}

void ActivityNet::read(const std::string& id, const nlohmann::json& video) {
  const std::string subset = video.value("subset", "");
  if (subset != "training" && subset != "validation") {
    if (subset != "testing") findings_.problem(options_.file, {}, "video " + id + " is of no known subset");
    return;
  }
  const std::filesystem::path file = find(finder_, id);
  if (file.empty())
    return findings_.missing(options_.file, {}, std::filesystem::path(options_.root) / ("v_" + id + ".mp4"));
  const nlohmann::json annotations = video.value("annotations", nlohmann::json::array());
  for (const nlohmann::json& annotation : annotations) {
    if (!is_annotation(annotation)) continue;
    LabelledFile stretch;
    stretch.sample.start = std::max(0.0, annotation.at("segment")[0].get<double>());
    stretch.sample.end = std::min(duration_of(video), annotation.at("segment")[1].get<double>());
    if (stretch.sample.end <= stretch.sample.start) {
      ++stretches_left_out_;
      continue;
    }
    std::ostringstream name;
    name << id << '@' << stretch.sample.start << '-' << stretch.sample.end;
    stretch.sample.id = name.str();
    stretch.sample.group = id;
    stretch.sample.path = file;
    stretch.classes = {numbers_.at(annotation.at("label").get<std::string>())};
    of(subset == "training" ? sdk::Split::train : sdk::Split::val).push_back(std::move(stretch));
  }
}

}  // namespace pgt::datasets
