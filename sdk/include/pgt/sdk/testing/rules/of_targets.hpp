/// What the labels of a dataset keep, beyond single answers. Includes no torch header.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include <pgt/sdk/testing/rules/dataset_answers.hpp>
#include <pgt/sdk/testing/rules/target_rules.hpp>

namespace pgt::sdk {
inline namespace v1 {
namespace testing {

/// Tries a rule of single targets on all.
inline Seen in_every_target(const TargetRule& rule, const DatasetAnswers& answers) {
  if (rule.of && answers.info().task != *rule.of) throw CannotBeTried{"its task is another"};
  for (const Labelled& labelled : answers.labelled()) {
    const std::string wrong = rule.wrong(labelled.target, answers.info(), labelled.times.size());
    if (!wrong.empty()) return broken(text_of(labelled) + ": " + wrong);
  }
  return holds();
}

namespace detail {

inline Seen targets(const DatasetAnswers& answers) {
  for (const Placed& placed : answers.samples()) {
    for (const std::vector<double>& times : times_of(placed.sample, answers.info().task)) {
      const auto why = refusal([&] { answers.dataset().target(placed.split, placed.index, times); });
      if (why) return broken(text_of(Labelled{&placed, times, {}}) + ": " + *why);
    }
  }
  return holds();
}

inline Seen targets_again(const DatasetAnswers& answers) {
  for (const Labelled& labelled : answers.labelled()) {
    const Placed& placed = *labelled.placed;
    const std::string where = difference(
        lines_of(labelled.target), lines_of(answers.dataset().target(placed.split, placed.index, labelled.times)));
    if (!where.empty()) return broken(text_of(labelled) + ": " + where);
  }
  return holds();
}

/// The classes of a moment are among those of the whole sample, of which it is a part.
inline Seen parts_of_the_whole(const DatasetAnswers& answers) {
  const Task task = answers.info().task;
  if (task != Task::multi_label && task != Task::moments) throw CannotBeTried{"its labels do not change"};
  std::map<const Placed*, const Target*> whole;
  for (const Labelled& labelled : answers.labelled()) {
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

inline Seen segments(const DatasetAnswers& answers) {
  const auto* segmented = extension_of<SegmentedDataset>(answers.dataset());
  if (segmented == nullptr) throw CannotBeTried{"it has no segments"};
  for (const Placed& placed : answers.samples()) {
    double before = -std::numeric_limits<double>::infinity();
    for (const Segment& segment : segmented->segments(placed.split, placed.index)) {
      const std::string name = "the segment from " + text_of(segment.start) + " to " + text_of(segment.end) + " s";
      if (!std::isfinite(segment.start) || !std::isfinite(segment.end) || segment.end <= segment.start)
        return broken(text_of(placed) + ": " + name);
      if (segment.label < 0 || segment.label >= std::ssize(answers.info().classes))
        return broken(text_of(placed) + ": " + name + " is of class " + std::to_string(segment.label));
      if (segment.start < before) return broken(text_of(placed) + ": " + name + " comes after a later one");
      before = segment.start;
    }
  }
  return holds();
}

}  // namespace detail

inline constexpr DatasetRule rules_of_targets[] = {
    {{"dataset.targets", "labels are given for every stretch and second, also for {0, infinity}",
      "dataset.hpp: Dataset::target", "times may be outside of the video, and infinite"},
     detail::targets},
    {{"dataset.targets-again", "labels are the same when they are asked for again", "dataset.hpp: Dataset::target",
      "draw nothing in target"},
     detail::targets_again},
    {{"dataset.part-of-whole", "the classes of a moment are among those of the sample as a whole",
      "dataset.hpp: Dataset::target", "{start, end} asks for all classes in between"},
     detail::parts_of_the_whole},
    {{"dataset.segments", "segments have a length and a class that there is, and are in the order of their starts",
      "dataset.hpp: SegmentedDataset::segments", "leave out segments without a length, with a warning"},
     detail::segments},
};

}  // namespace testing
}  // namespace v1
}  // namespace pgt::sdk
