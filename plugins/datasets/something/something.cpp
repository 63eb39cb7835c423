#include "something.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "datasets/common/json_file.hpp"
#include "datasets/common/json_place.hpp"

namespace pgt::datasets {
namespace {

constexpr double frame_rate = 12;  // of the frames that version 1 is published as

/// A label as the class table has it: templates mark their gaps with brackets, the table does not.
std::string without_brackets(std::string label) {
  std::erase_if(label, [](char c) { return c == '[' || c == ']'; });
  return label;
}

bool is_json(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string::npos && (text[first] == '{' || text[first] == '[');
}

}  // namespace

void SomethingOptions::describe(sdk::Options& o) {
  o("root", root).required().path().help("folder with the videos, named by their ids");
  o("labels", labels).required().path().help("something-something-v2-labels.json, or version 1's list of labels");
  o("train", train).required().path().help("something-something-v2-train.json, or version 1's lines id;label");
  o("val", val).path().help("the same for validation");
  describe_missing(o, missing);
}

Something::Something(const Options& options, const sdk::DatasetContext&) : options_(options), finder_(options.root) {
  info_.mirrored_is_the_same = false;
  read_labels();
  read(sdk::Split::train, "train", options.train);
  if (!options.val.empty()) read(sdk::Split::val, "val", options.val);
  finish(options.missing);
  warn_about_copies(finder_);
}

void Something::read_labels() {
  const std::string text = read_annotations(options_.labels, "labels", "the classes");
  if (!is_json(text)) {
    for (const Line& line : lines_of(text)) info_.classes.push_back(line.text);
  } else {
    const nlohmann::json table = parse_json(text, options_.labels);
    if (!table.is_object()) throw std::runtime_error(options_.labels + ":1:1: is not a table {\"label\": \"number\"}");
    info_.classes.resize(table.size());
    for (const auto& [label, number] : table.items()) {
      const std::string digits = number.is_string()      ? number.get<std::string>()
                                 : number.is_primitive() ? number.dump()
                                                         : std::string("{...}");
      const bool counts = !digits.empty() && digits.size() < 7 &&
                          std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
      if (!counts || std::stoul(digits) >= table.size() || !info_.classes[std::stoul(digits)].empty()) {
        findings_.problem(options_.labels, place_in_json(text, {label}),
                          "label \"" + label + "\" has the number " + digits + ": they are counted from 0, each once");
      } else {
        info_.classes[std::stoul(digits)] = label;
      }
    }
  }
  for (std::size_t i = 0; i < info_.classes.size(); ++i) {
    numbers_.emplace(without_brackets(info_.classes[i]), static_cast<std::int64_t>(i));
  }
}

void Something::read(sdk::Split split, const std::string& option, const std::string& file) {
  const std::string text = read_annotations(file, option, "the videos and their labels");
  if (is_json(text)) return read_json(split, file, text);
  for (const Line& line : lines_of(text)) {
    const std::size_t gap = line.text.find(';');
    if (gap == std::string::npos) {
      findings_.problem(file, line.place, "is not \"id;label\"");
    } else {
      add(split, file, line.place, line.text.substr(0, gap), line.text.substr(gap + 1));
    }
  }
}

void Something::read_json(sdk::Split split, const std::string& file, const std::string& text) {
  const nlohmann::json videos = parse_json(text, file);
  const auto fail = [&](const Place& place) {
    throw std::runtime_error(place_text(file, place) +
                             ": is not a list of videos, [{\"id\": \"…\", \"template\": \"…\"}, …]");
  };
  if (!videos.is_array()) fail({});
  TablePlaces places(text);
  for (std::size_t i = 0; i < videos.size(); ++i) {
    const nlohmann::json& video = videos[i];
    const Place place = places.find({std::to_string(i)});
    if (!video.is_object() || !video.contains("id") || !video.at("id").is_string()) fail(place);
    const std::string id = video.at("id");
    if (!video.contains("template") || !video.at("template").is_string()) {
      findings_.problem(file, place, "video " + id + " has no template, as those of the published test split");
      continue;
    }
    add(split, file, place, id, video.at("template"));
  }
}

void Something::add(sdk::Split split, const std::string& file, const Place& place, const std::string& id,
                    const std::string& label) {
  const auto number = numbers_.find(without_brackets(label));
  if (number == numbers_.end()) {
    findings_.problem(file, place, "video " + id + ": " + options_.labels + " has no label \"" + label + "\"");
    return;
  }
  LabelledFile video;
  video.sample.id = id;
  video.sample.fps = frame_rate;
  video.sample.path = finder_.find(id);
  video.classes = {number->second};
  if (video.sample.path.empty()) {
    findings_.missing(file, place, std::filesystem::path(options_.root) / (id + ".webm"));
    return;
  }
  of(split).push_back(std::move(video));
}

}  // namespace pgt::datasets
