#include "segments.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "datasets/common/class_table.hpp"
#include "datasets/common/suggest.hpp"

namespace pgt::datasets {
void SegmentsOptions::describe(sdk::Options& o) {
  o("root", root).required().path().help("folder with the videos, named by their ids (or v_ID)");
  o("file", file).required().path().help("JSON file in ActivityNet's form: database, subset, annotations");
  o("train", train).help("the subset to train on; empty: \"train\" or \"training\"");
  o("val", val).help("the subset to validate on; empty: \"val\" or \"validation\"");
  o("test", test).help("the subset to test on; empty: \"test\" or \"testing\"");
  o("classes", classes)
      .path()
      .help("file with the classes in their order, one per line; empty: as the JSON names them");
  o("ambiguous", ambiguous).help("labels that are no classes: moments within their segments count for nothing");
  o("moments_per_second", moments_per_second)
      .range(0, 1000)
      .unit("moments/s")
      .help("rate at which evaluation compares; 0: at every sampled frame");
  describe_frame_rate(o, frame_rate);
  describe_missing(o, missing);
}

Segments::Segments(const Options& options, const sdk::DatasetContext&)
    : options_(options),
      file_(std::make_unique<SegmentsFile>(options.file, "a JSON file in ActivityNet's form", findings_)),
      finder_(options.root) {
  info_.task = sdk::Task::multi_label;
  info_.moments_per_second = options.moments_per_second;
  options.classes.empty() ? name_classes() : read_class_list();
  numbers_ = numbers_of(info_.classes);
  check_subsets();
  for (const auto& [id, video] : file_->database().items()) read(id, video);
  check_ambiguous();
  file_.reset();
  finish(options.missing);
  warn_about_copies(finder_);
  warn_about_changes();
}

bool Segments::is_ambiguous(const std::string& label) const {
  return std::ranges::find(options_.ambiguous, label) != options_.ambiguous.end();
}

void Segments::name_classes() {
  std::set<std::string> names = file_->labels();
  std::erase_if(names, [&](const std::string& label) { return is_ambiguous(label); });
  info_.classes = class_table(names);
  if (names.empty()) file_->problem({}, "no segment has a label, so there are no classes");
}

void Segments::read_class_list() {
  for (const Line& line : lines_of(read_annotations(options_.classes, "classes", "a list of classes, one per line"))) {
    const bool twice = std::ranges::find(info_.classes, line.text) != info_.classes.end();
    if (twice) findings_.problem(options_.classes, line.place, "class \"" + line.text + "\" is listed twice");
    if (is_ambiguous(line.text)) {
      findings_.problem(options_.classes, line.place,
                        "\"" + line.text + "\" is not a class: dataset.ambiguous lists it");
    }
    info_.classes.push_back(line.text);
  }
}

void Segments::check_subsets() {
  const std::set<std::string> there = file_->subsets();
  const std::string has = there.empty() ? "has none" : "has " + listed({there.begin(), there.end()}, 10);
  const std::pair<const char*, const std::string&> named[] = {
      {"train", options_.train}, {"val", options_.val}, {"test", options_.test}};
  for (const auto& [option, name] : named) {
    for (const auto& [other, same] : named) {
      if (name.empty() || &same == &name) break;  // those before it
      if (same != name) continue;
      file_->problem({}, std::string("dataset.") + option + " names the subset \"" + name + "\", which dataset." +
                             other + " has already");
    }
    if (name.empty() || there.contains(name)) continue;
    file_->problem({},
                   "no video is of the subset \"" + name + "\", which dataset." + option + " names; the file " + has);
  }
  const bool trains = std::ranges::any_of(there, [&](const auto& name) { return split_of(name) == sdk::Split::train; });
  if (!trains && options_.train.empty()) {
    file_->problem({}, "no video is of a subset \"train\" or \"training\"; the file " + has +
                           ": dataset.train names the one to train on");
  }
}

std::optional<sdk::Split> Segments::split_of(const std::string& subset) const {
  const std::string* const named[] = {&options_.train, &options_.val, &options_.test};
  for (std::size_t split = 0; split < 3; ++split) {
    if (*named[split] == subset) return static_cast<sdk::Split>(split);
  }
  const std::optional<sdk::Split> usual = split_named(subset);
  const bool open = usual && named[static_cast<std::size_t>(*usual)]->empty();
  return open ? usual : std::nullopt;
}

void Segments::read(const std::string& id, const nlohmann::json& video) {
  const std::optional<std::string> subset = file_->subset(id, video);
  if (!subset) return;
  const std::optional<sdk::Split> split = split_of(*subset);
  if (!split) {
    ++unused_[*subset];
    return;
  }
  const nlohmann::json& annotations = file_->annotations(id, video);
  if (annotations.is_null()) {
    ++not_annotated_;
    return;
  }
  const double duration = file_->duration(id, video);
  Annotated annotated;
  for (std::size_t i = 0; i < annotations.size(); ++i) {
    take(annotations[i], {id, "annotations", std::to_string(i)}, duration, annotated);
  }
  const std::filesystem::path file = find_video(finder_, id);
  if (file.empty()) return file_->missing(id, std::filesystem::path(options_.root) / (id + ".mp4"));
  std::ranges::stable_sort(annotated.segments, {}, &sdk::Segment::start);
  std::set<std::int64_t> present;
  for (const sdk::Segment& segment : annotated.segments) present.insert(segment.label);
  LabelledFile labelled;
  labelled.sample.id = id;
  labelled.sample.path = file;
  const std::optional<double> fps = positive(video, {"fps"});
  if (video.contains("fps") && !fps && std::filesystem::is_directory(file)) {
    file_->problem({id, "fps"}, "must be a number of frames a second over 0");
  }
  labelled.sample.fps = fps.value_or(options_.frame_rate);
  labelled.classes.assign(present.begin(), present.end());
  of(*split).push_back(std::move(labelled));
  annotated_[static_cast<std::size_t>(*split)].push_back(std::move(annotated));
}

void Segments::take(const nlohmann::json& annotation, const Path& path, double duration, Annotated& video) {
  const std::optional<Annotation> read = file_->annotation(path, annotation);
  if (!read) return;
  const auto& [start, end, label] = *read;
  if (is_ambiguous(label)) ambiguous_.insert(label);
  if (end < start) {
    return file_->problem(path, "ends at " + annotation.at("segment")[1].dump() + " s, before it starts (" +
                                    annotation.at("segment")[0].dump() + " s)");
  }
  const std::optional<Stretch> stretch = clipping_.of(*read, duration);
  if (!stretch) return;
  if (is_ambiguous(label)) {
    video.ambiguous.push_back(*stretch);
  } else if (const auto number = numbers_.find(label); number != numbers_.end()) {
    video.segments.push_back({stretch->start, stretch->end, number->second});
  } else {
    const std::string meant = closest(label, info_.classes);
    file_->problem(path, "label \"" + label + "\" is not in " + options_.classes +
                             (meant.empty() ? "" : "; did you mean \"" + meant + "\"?"));
  }
}

/// A misspelt one would be a class.
void Segments::check_ambiguous() {
  for (const std::string& label : options_.ambiguous) {
    if (ambiguous_.contains(label)) continue;
    const std::string meant = closest(label, info_.classes);
    info_.warnings.push_back("dataset.ambiguous lists \"" + label + "\", which no segment of the splits has" +
                             (meant.empty() ? "" : "; did you mean \"" + meant + "\", which is a class?"));
  }
}

void Segments::warn_about_changes() {
  warn_of(clipping_.cut(), " segments cut off where their video begins or ends");
  warn_of(clipping_.left_out(), " segments left out, because they have no length within their video");
  warn_of(not_annotated_,
          " videos left out, because they have no \"annotations\": an empty list means that nothing happens");
  for (const auto& [subset, videos] : unused_) {
    warn_of(videos, " videos left out, because no split is the subset \"" + subset +
                        "\": dataset.train, val and test name subsets");
  }
}

sdk::Target Segments::target(sdk::Split split, std::size_t index, std::span<const double> times) const {
  const Annotated& video = annotated_[static_cast<std::size_t>(split)].at(index);
  const auto holds = [&](const auto& segment) { return segment.start <= times.back() && segment.end > times.front(); };
  sdk::Target target;
  if (times.size() == 1 && std::ranges::any_of(video.ambiguous, holds)) {
    target.labelled = false;
    return target;
  }
  std::set<std::int64_t> present;
  for (const sdk::Segment& segment : video.segments) {
    if (holds(segment)) present.insert(segment.label);
  }
  target.classes.assign(present.begin(), present.end());
  return target;
}

std::vector<sdk::Segment> Segments::segments(sdk::Split split, std::size_t index) const {
  return annotated_[static_cast<std::size_t>(split)].at(index).segments;
}

}  // namespace pgt::datasets
