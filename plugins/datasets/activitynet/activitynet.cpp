#include "activitynet.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <sstream>

#include "datasets/common/class_table.hpp"

namespace pgt::datasets {
namespace {

/// All digits of a number, which are needed to tell it from others.
std::string exact(double seconds) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, seconds).ptr};
}

}  // namespace

void ActivityNetOptions::describe(sdk::Options& o) {
  o("root", root).required().path().help("folder with the videos, named v_ID or ID");
  o("file", file).required().path().help("activity_net.v1-3.min.json");
  describe_missing(o, missing);
}

ActivityNet::ActivityNet(const Options& options, const sdk::DatasetContext&)
    : options_(options),
      file_(std::make_unique<SegmentsFile>(options.file, "the JSON file of ActivityNet", findings_)),
      finder_(options.root) {
  info_.classes = class_table(file_->labels());
  numbers_ = numbers_of(info_.classes);
  for (const auto& [id, video] : file_->database().items()) read(id, video);
  file_.reset();
  tell_apart();
  finish(options.missing);
  warn_about_copies(finder_);
  warn_about_changes();
}

void ActivityNet::read(const std::string& id, const nlohmann::json& video) {
  const std::optional<std::string> subset = file_->subset(id, video);
  if (!subset || *subset == "testing") return;
  if (*subset != "training" && *subset != "validation") {
    return file_->problem({id, "subset"}, "video " + id + " is of no known subset: \"" + *subset +
                                              "\" is not training, validation or testing");
  }
  const nlohmann::json annotations = file_->annotations(id, video);
  if (annotations.is_null()) {
    ++not_annotated_;
    return;
  }
  Video found{id, find_video(finder_, id), *subset == "training" ? sdk::Split::train : sdk::Split::val,
              file_->duration(id, video)};
  if (found.file.empty()) file_->missing(id, std::filesystem::path(options_.root) / ("v_" + id + ".mp4"));
  for (std::size_t i = 0; i < annotations.size(); ++i) {
    take(found, {id, "annotations", std::to_string(i)}, annotations[i]);
  }
}

void ActivityNet::take(const Video& video, const SegmentsFile::Path& path, const nlohmann::json& annotation) {
  const std::optional<Annotation> read = file_->annotation(path, annotation);
  if (!read || video.file.empty()) return;
  if (read->end < read->start) {
    const Place place = file_->place(path);
    inverted_.push_back(options_.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column));
    return;
  }
  LabelledFile stretch;
  stretch.sample.start = std::max(0.0, read->start);
  stretch.sample.end = std::min(video.duration, read->end);
  if (stretch.sample.end <= stretch.sample.start) {
    ++left_out_;
    return;
  }
  cut_ += stretch.sample.start != read->start || stretch.sample.end != read->end ? 1 : 0;
  std::ostringstream name;
  name << video.id << '@' << stretch.sample.start << '-' << stretch.sample.end;
  stretch.sample.id = name.str();
  stretch.sample.group = video.id;
  stretch.sample.path = video.file;
  stretch.classes = {numbers_.at(read->label)};
  of(video.split).push_back(std::move(stretch));
}

/// Ids have few digits and no label, unless another stretch would have the same one.
void ActivityNet::tell_apart() {
  std::map<std::string, std::size_t> count;
  for (const auto& files : splits_) {
    for (const LabelledFile& file : files) ++count[file.sample.id];
  }
  std::map<std::string, std::size_t> seen;
  for (auto& files : splits_) {
    for (LabelledFile& file : files) {
      sdk::Sample& sample = file.sample;
      if (count.at(sample.id) > 1) {
        sample.id = sample.group + '@' + exact(sample.start) + '-' + exact(sample.end) + '@' +
                    info_.classes[static_cast<std::size_t>(file.classes.front())];
      }
      const std::size_t ordinal = ++seen[sample.id];
      if (ordinal == 1) continue;
      sample.id += '#' + std::to_string(ordinal);
      ++repeated_;
    }
  }
}

void ActivityNet::warn_about_changes() {
  const auto warn = [&](std::size_t count, const std::string& text) {
    if (count > 0) info_.warnings.push_back(std::to_string(count) + text);
  };
  warn(cut_, " annotated stretches cut off where their video begins or ends");
  warn(left_out_, " annotated stretches left out, because they have no length within their video");
  warn(inverted_.size(), " annotated stretches left out, because they end before they start: " + listed(inverted_, 3));
  warn(repeated_, " annotated stretches repeat one with the same label, which then counts more");
  warn(not_annotated_, " videos left out, because they have no \"annotations\"");
}

}  // namespace pgt::datasets
