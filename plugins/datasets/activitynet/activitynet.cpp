#include "activitynet.hpp"

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
  const nlohmann::json& annotations = file_->annotations(id, video);
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
    inverted_.push_back(place_text(options_.file, file_->place(path)));
    return;
  }
  const std::optional<Stretch> stretch = clipping_.of(*read, video.duration);
  if (!stretch) return;
  std::ostringstream name;
  name << video.id << '@' << stretch->start << '-' << stretch->end;
  LabelledFile labelled;
  labelled.sample.id = name.str();
  labelled.sample.group = video.id;
  labelled.sample.path = video.file;
  labelled.sample.start = stretch->start;
  labelled.sample.end = stretch->end;
  labelled.classes = {numbers_.at(read->label)};
  of(video.split).push_back(std::move(labelled));
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
  warn_of(clipping_.cut(), " annotated stretches cut off where their video begins or ends");
  warn_of(clipping_.left_out(), " annotated stretches left out, because they have no length within their video");
  warn_of(inverted_.size(),
          " annotated stretches left out, because they end before they start: " + listed(inverted_, 3));
  warn_of(repeated_, " annotated stretches repeat one with the same label, which then counts more");
  warn_of(not_annotated_, " videos left out, because they have no \"annotations\"");
}

}  // namespace pgt::datasets
