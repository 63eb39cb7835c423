// What the labels of a dataset keep.

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.hpp"
#include "lines.hpp"
#include "rules_of_datasets.hpp"

namespace pgt::check {
namespace {

using TargetCheck = std::string (*)(const sdk::Target&, const sdk::DatasetInfo&, const Labelled&);

template <TargetCheck Check>
Seen in_every_target(const DatasetTrial& trial) {
  for (const Labelled& labelled : trial.labelled()) {
    const std::string wrong = Check(labelled.target, trial.info(), labelled);
    if (!wrong.empty()) return broken(text_of(labelled) + ": " + wrong);
  }
  return holds();
}

template <sdk::Task Task, TargetCheck Check>
Seen of_task(const DatasetTrial& trial) {
  if (trial.info().task != Task) throw CannotBeTried{"its task is another"};
  return in_every_target<Check>(trial);
}

std::vector<const std::vector<std::int64_t>*> lists_of(const sdk::Target& target) {
  std::vector<const std::vector<std::int64_t>*> lists{&target.classes};
  for (const auto* boxes : {&target.boxes, &target.truth}) {
    for (const sdk::LabelledBox& box : *boxes) lists.push_back(&box.classes);
  }
  return lists;
}

std::string in_range(const sdk::Target& target, const sdk::DatasetInfo& info, const Labelled&) {
  for (const auto* list : lists_of(target)) {
    for (const std::int64_t index : *list) {
      if (index >= 0 && index < std::ssize(info.classes)) continue;
      return "class " + std::to_string(index) + " of " + std::to_string(info.classes.size()) +
             ", which are numbered from 0";
    }
  }
  return "";
}

std::string ascending(const sdk::Target& target, const sdk::DatasetInfo&, const Labelled&) {
  for (const auto* list : lists_of(target)) {
    const auto wrong = std::ranges::adjacent_find(*list, std::ranges::greater_equal{});
    if (wrong != list->end())
      return "class " + std::to_string(wrong[1]) + " comes after class " + std::to_string(*wrong);
  }
  return "";
}

std::string one_label(const sdk::Target& target, const sdk::DatasetInfo&, const Labelled&) {
  return target.classes.size() == 1 ? ""
                                    : std::to_string(target.classes.size()) + " classes, and the task is single_label";
}

std::string one_label_a_moment(const sdk::Target& target, const sdk::DatasetInfo&, const Labelled& labelled) {
  if (labelled.times.size() != 1) return "";
  if (target.classes.size() == (target.labelled ? 1U : 0U)) return "";
  return std::to_string(target.classes.size()) +
         " classes at a moment with labelled = " + (target.labelled ? "true" : "false");
}

std::string no_boxes(const sdk::Target& target, const sdk::DatasetInfo& info, const Labelled&) {
  if (info.task == sdk::Task::boxes) return "";
  return target.boxes.empty() && target.truth.empty() ? "" : "boxes, and the task is another";
}

std::string boxes(const sdk::Target& target, const sdk::DatasetInfo&, const Labelled&) {
  for (const auto* list : {&target.boxes, &target.truth}) {
    for (const sdk::LabelledBox& labelled : *list) {
      const sdk::Box& box = labelled.box;
      const bool fits = box.left >= 0 && box.top >= 0 && box.right <= 1 && box.bottom <= 1 && box.left < box.right &&
                        box.top < box.bottom;
      if (!fits)
        return "the box " + text_of(box.left) + ", " + text_of(box.top) + ", " + text_of(box.right) + ", " +
               text_of(box.bottom);
    }
  }
  return target.classes.empty() ? "" : "classes outside of the boxes";
}

std::string key_frame(const sdk::Target& target, const sdk::DatasetInfo&, const Labelled&) {
  return target.key_frame.empty() && !target.boxes.empty() ? "boxes without the name of their picture" : "";
}

Seen targets(const DatasetTrial& trial) {
  for (const Placed& placed : trial.samples()) {
    for (const std::vector<double>& times : times_of(placed.sample, trial.info().task)) {
      try {
        trial.target_of(trial.dataset(), placed.split, placed.index, times);
      } catch (const Error& error) {
        return broken(text_of(Labelled{&placed, times, {}}) + ": " + error.what());
      }
    }
  }
  return holds();
}

Seen targets_again(const DatasetTrial& trial) {
  for (const Labelled& labelled : trial.labelled()) {
    const Placed& placed = *labelled.placed;
    const std::string where =
        difference(lines_of(labelled.target),
                   lines_of(trial.target_of(trial.dataset(), placed.split, placed.index, labelled.times)));
    if (!where.empty()) return broken(text_of(labelled) + ": " + where);
  }
  return holds();
}

/// The classes of a moment are among those of the whole sample, of which it is a part.
Seen parts_of_the_whole(const DatasetTrial& trial) {
  const sdk::Task task = trial.info().task;
  if (task != sdk::Task::multi_label && task != sdk::Task::moments) throw CannotBeTried{"its labels do not change"};
  std::map<const Placed*, const sdk::Target*> whole;
  for (const Labelled& labelled : trial.labelled()) {
    whole.emplace(labelled.placed, &labelled.target);  // the ends are asked for first
    const std::vector<std::int64_t>& all = whole.at(labelled.placed)->classes;
    for (const std::int64_t index : labelled.target.classes) {
      if (std::ranges::find(all, index) == all.end()) {
        return broken(text_of(labelled) + " there is class " + std::to_string(index) +
                      ", which the whole sample does not have");
      }
    }
  }
  return holds();
}

Seen segments(const DatasetTrial& trial) {
  for (const Placed& placed : trial.samples()) {
    double before = -std::numeric_limits<double>::infinity();
    for (const sdk::Segment& segment : trial.segments_of(placed)) {
      const std::string name = "the segment from " + text_of(segment.start) + " to " + text_of(segment.end) + " s";
      if (!std::isfinite(segment.start) || !std::isfinite(segment.end) || segment.end <= segment.start)
        return broken(text_of(placed) + ": " + name);
      if (segment.label < 0 || segment.label >= std::ssize(trial.info().classes))
        return broken(text_of(placed) + ": " + name + " is of class " + std::to_string(segment.label));
      if (segment.start < before) return broken(text_of(placed) + ": " + name + " comes after a later one");
      before = segment.start;
    }
  }
  return holds();
}

constexpr const char* classes_header = "dataset.hpp: Target::classes";

constexpr DatasetRule target_rules[] = {
    {{"dataset.targets", "labels are given for every stretch and second, also for {0, infinity}",
      "dataset.hpp: Dataset::target", "times may be outside of the video, and infinite"},
     targets},
    {{"dataset.class-range", "classes are numbers from 0 to one less than there are", classes_header,
      "numbers in files often begin at 1"},
     in_every_target<in_range>},
    {{"dataset.class-order", "classes ascend, each once", classes_header, "collect them in a std::set"},
     in_every_target<ascending>},
    {{"dataset.single-label", "a sample of single_label has exactly one class", "dataset.hpp: Task",
      "or set info.task to multi_label"},
     of_task<sdk::Task::single_label, one_label>},
    {{"dataset.moments", "a moment has exactly one class, or none and labelled = false",
      "dataset.hpp: Target::labelled", "set labelled = false where nobody labelled it"},
     of_task<sdk::Task::moments, one_label_a_moment>},
    {{"dataset.no-boxes", "only the task boxes has boxes", "dataset.hpp: Target::boxes", "set info.task to boxes"},
     in_every_target<no_boxes>},
    {{"dataset.boxes", "boxes have an area within the picture, from 0 to 1, and classes of their own",
      "dataset.hpp: Box", "divide pixels by the picture's width and height"},
     of_task<sdk::Task::boxes, boxes>},
    {{"dataset.key-frame", "boxes come with the name of their picture", "dataset.hpp: Target::key_frame",
      "name it by video and second"},
     of_task<sdk::Task::boxes, key_frame>},
    {{"dataset.targets-again", "labels are the same when they are asked for again", "dataset.hpp: Dataset::target",
      "draw nothing in target"},
     targets_again},
    {{"dataset.part-of-whole", "the classes of a moment are among those of the sample as a whole",
      "dataset.hpp: Dataset::target", "{start, end} asks for all classes in between"},
     parts_of_the_whole},
    {{"dataset.segments", "segments have a length and a class that there is, and are in the order of their starts",
      "dataset.hpp: SegmentedDataset::segments", "leave out segments without a length, with a warning"},
     segments},
};

}  // namespace

std::span<const DatasetRule> rules_of_targets() { return target_rules; }

}  // namespace pgt::check
