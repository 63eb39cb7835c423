#include "ava.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "frame_list.hpp"
#include "label_map.hpp"

namespace pgt::datasets {
namespace {

namespace fs = std::filesystem;

const std::vector<sdk::LabelledBox>* boxes_at(const BoxTable& table, const std::string& video, std::int64_t second) {
  const auto of_video = table.find(video);
  if (of_video == table.end()) return nullptr;
  const auto boxes = of_video->second.find(second);
  return boxes == of_video->second.end() || boxes->second.empty() ? nullptr : &boxes->second;
}

/// The second that a time from the video's first frame falls into, half to the even one. What arithmetic adds to a time
/// must not decide it: times are whole microseconds here.
std::int64_t second_of(double time) { return std::llrint(std::round(time * 1e6) / 1e6); }

}  // namespace

void AvaOptions::describe(sdk::Options& o) {
  o("root", root)
      .required()
      .path()
      .help("folder with the videos, or with a folder of frames for each, named by their ids");
  o("frame_lists", frame_lists)
      .path()
      .help("frame lists of PySlowFast, with paths below root; empty: root holds videos");
  o("train", train).required().path().help("training boxes and actions, like ava_train_v2.2.csv");
  o("train_boxes", train_boxes)
      .path()
      .help("boxes from a detector to learn from as well; those without an action are negatives");
  o("val", val).path().help("true boxes and actions, like ava_val_v2.2.csv");
  o("val_boxes", val_boxes).path().help("boxes from a detector, to be scored; empty: the true boxes are scored");
  o("min_score", min_score).range(0, 1).help("boxes with a lower detection score are left out");
  o("label_map", label_map)
      .path()
      .help("evaluated actions and their names, like ava_action_list_v2.2_for_activitynet_2019.pbtxt; empty: all");
  o("classes", classes).range(1, 100000).help("number of actions, evaluated or not; they are numbered from 1");
  o("train_excluded", train_excluded).path().help("excluded seconds, like ava_train_excluded_timestamps_v2.2.csv");
  o("val_excluded", val_excluded).path().help("excluded seconds, like ava_val_excluded_timestamps_v2.2.csv");
  o("val_every", val_every)
      .range(1, 100000)
      .unit("s")
      .help("validate on seconds that are a multiple of this; the split \"test\" always has all of them");
  o("key_seconds", key_seconds).at_least(0).unit("s").help("[first, last]: range of seconds whose boxes are used");
  o("first_second", first_second).at_least(0).unit("s").help("time of the videos' first frame, in the annotations");
  describe_frame_rate(o, frame_rate);
  describe_missing(o, missing);
}

void AvaOptions::check(sdk::Problems& problems) const {
  if (key_seconds.size() != 2 || key_seconds[0] > key_seconds[1]) {
    problems.push_back({"key_seconds", "must be two values, [first, last]"});
  } else if (key_seconds[0] < first_second) {
    problems.push_back({"key_seconds", "must not begin before first_second (" + std::to_string(first_second) + ")"});
  }
  if (!val_boxes.empty() && val.empty()) problems.push_back({"val_boxes", "needs val, the true boxes to compare with"});
}

std::string Ava::KeyFrame::name() const {
  char text[32];
  std::snprintf(text, sizeof text, ",%04lld", static_cast<long long>(second));
  return video + text;
}

Ava::Ava(const Options& options, const sdk::DatasetContext&) : options_(options) {
  info_.task = sdk::Task::boxes;
  name_classes();
  find_videos();
  read_train();
  if (!options.val.empty()) read_val();
  const std::string warning = findings_.settle(options.missing, "videos");
  if (!warning.empty()) info_.warnings.push_back(warning);
}

void Ava::name_classes() {
  std::map<std::int64_t, std::string> names;
  if (!options_.label_map.empty()) {
    names = read_label_map(read_annotations(options_.label_map, "label_map", "a label map of AVA"), options_.label_map,
                           options_.classes, findings_);
  }
  for (const auto& [id, name] : names) evaluated_.insert(id - 1);
  for (std::int64_t id = 1; id <= options_.classes; ++id) {
    info_.classes.push_back(names.contains(id) ? names[id] : "action " + std::to_string(id));
  }
}

void Ava::find_videos() {
  if (options_.frame_lists.empty()) {
    videos_ = VideoFinder(options_.root).all();
    return;
  }
  for (const std::string& file : options_.frame_lists) read_frame_list(file, options_.root, findings_, videos_);
  std::erase_if(videos_, [](const auto& video) { return !fs::is_directory(video.second); });
}

BoxTable Ava::read(const std::string& option, const std::string& file, BoxKind kind, const TimeStamps& excluded) {
  const std::string text = read_annotations(
      file, option, kind == BoxKind::detected ? "a detector's boxes" : "a file of boxes such as ava_train_v2.2.csv");
  const BoxRules rules{options_.classes, options_.key_seconds[0], options_.key_seconds[1], options_.min_score,
                       excluded};
  BoxFile found = read_boxes(text, file, kind, rules, findings_);
  for (const auto& [video, place] : found.first_rows) first_rows_.try_emplace(video, file, place);
  if (found.outside > 0) {
    info_.warnings.push_back(file + ": " + std::to_string(found.outside) +
                             " rows are not used: their seconds are outside of " + std::to_string(rules.first_second) +
                             " to " + std::to_string(rules.last_second) + " (dataset.key_seconds)");
  }
  if (found.flat > 0) {
    info_.warnings.push_back(file + ": " + std::to_string(found.flat) +
                             " rows have a box without an area, of which nothing can be learned or scored");
  }
  return std::move(found.boxes);
}

TimeStamps Ava::excluded(const std::string& option, const std::string& file) {
  if (file.empty()) return {};
  return read_time_stamps(read_annotations(file, option, "a file of seconds that do not count"), file, findings_);
}

Ava::KeyFrames Ava::key_frames(const BoxTable& table) {
  KeyFrames frames;
  for (const auto& [video, seconds] : table) {
    if (!videos_.contains(video)) {
      const auto& [file, place] = first_rows_.at(video);
      findings_.missing(file, place, fs::path(options_.root) / video);
      continue;
    }
    for (const auto& [second, boxes] : seconds) frames.push_back({video, second});
  }
  return frames;
}

void Ava::read_train() {
  const TimeStamps out = excluded("train_excluded", options_.train_excluded);
  train_ = read("train", options_.train, BoxKind::annotated, out);
  if (!options_.train_boxes.empty()) {
    for (auto& [video, seconds] : read("train_boxes", options_.train_boxes, BoxKind::detected, out)) {
      for (auto& [second, boxes] : seconds) {
        std::vector<sdk::LabelledBox>& all = train_[video][second];
        std::ranges::move(boxes, std::back_inserter(all));
      }
    }
  }
  splits_[static_cast<std::size_t>(sdk::Split::train)] = key_frames(train_);
  warn_about_missing_classes();
}

void Ava::warn_about_missing_classes() {
  std::set<std::int64_t> present;
  for (const KeyFrame& frame : of(sdk::Split::train)) {
    for (const sdk::LabelledBox& box : train_.at(frame.video).at(frame.second)) {
      present.insert(box.classes.begin(), box.classes.end());
    }
  }
  std::vector<std::string> missing;
  for (std::int64_t a_class = 0; a_class < options_.classes; ++a_class) {
    if (is_evaluated(a_class) && !present.contains(a_class)) {
      missing.push_back('"' + info_.classes[static_cast<std::size_t>(a_class)] + '"');
    }
  }
  if (missing.empty()) return;
  info_.warnings.push_back("no training boxes for " + std::to_string(missing.size()) +
                           " actions: " + listed(missing, 5));
}

void Ava::read_val() {
  const TimeStamps out = excluded("val_excluded", options_.val_excluded);
  truth_ = read("val", options_.val, BoxKind::annotated, out);
  val_ = options_.val_boxes.empty() ? truth_ : read("val_boxes", options_.val_boxes, BoxKind::detected, out);
  const std::size_t other = std::erase_if(val_, [&](const auto& video) { return !truth_.contains(video.first); });
  if (other > 0) {
    info_.warnings.push_back(options_.val_boxes + ": " + std::to_string(other) +
                             " videos are not used: " + options_.val + " does not name them");
  }
  for (auto& [video, seconds] : truth_) {
    for (auto& [second, boxes] : seconds) {
      val_[video][second];  // a second in which the detector saw nobody is one with misses
      for (sdk::LabelledBox& box : boxes) {
        std::erase_if(box.classes, [&](std::int64_t a_class) { return !is_evaluated(a_class); });
      }
      std::erase_if(boxes, [](const sdk::LabelledBox& box) { return box.classes.empty(); });
    }
  }
  KeyFrames frames = key_frames(val_);
  std::ranges::copy_if(frames, std::back_inserter(splits_[static_cast<std::size_t>(sdk::Split::val)]),
                       [&](const KeyFrame& frame) { return is_key(sdk::Split::val, frame.second); });
  splits_[static_cast<std::size_t>(sdk::Split::test)] = std::move(frames);
}

sdk::Sample Ava::sample(sdk::Split split, std::size_t index) const {
  const KeyFrame& frame = of(split).at(index);
  sdk::Sample sample;
  sample.id = frame.name();
  sample.path = videos_.at(frame.video);
  sample.fps = options_.frame_rate;
  sample.group = frame.video;
  sample.anchor = static_cast<double>(frame.second - options_.first_second);
  return sample;
}

sdk::Target Ava::target(sdk::Split split, std::size_t index, std::span<const double> times) const {
  KeyFrame frame = of(split).at(index);
  const BoxTable& table = split == sdk::Split::train ? train_ : val_;
  const std::int64_t second = second_of(times[times.size() / 2]) + options_.first_second;
  if (is_key(split, second) && boxes_at(table, frame.video, second) != nullptr) frame.second = second;

  sdk::Target target;
  target.key_frame = frame.name();
  if (const auto* boxes = boxes_at(table, frame.video, frame.second)) target.boxes = *boxes;
  if (split == sdk::Split::train) return target;
  if (const auto* truth = boxes_at(truth_, frame.video, frame.second)) target.truth = *truth;
  return target;
}

}  // namespace pgt::datasets
