/// What the samples of a dataset keep. Includes no torch header.
#pragma once

#include <cmath>
#include <map>
#include <string>
#include <utility>

#include <pgt/sdk/testing/rules/dataset_answers.hpp>

namespace pgt::sdk {
inline namespace v1 {
namespace testing {
namespace detail {

using SampleCheck = std::string (*)(const Sample&);

template <SampleCheck Check>
inline Seen in_every_sample(const DatasetAnswers& answers) {
  for (const Placed& placed : answers.samples()) {
    const std::string wrong = Check(placed.sample);
    if (!wrong.empty()) return broken(text_of(placed) + " " + wrong);
  }
  return holds();
}

inline std::string has_id(const Sample& sample) { return sample.id.empty() ? "has no id" : ""; }

inline Seen paths_are_there(const DatasetAnswers& answers) {
  if (answers.makes_pictures()) throw CannotBeTried{"it makes its own pictures"};
  for (const Placed& placed : answers.samples()) {
    if (placed.sample.path.empty()) return broken(text_of(placed) + " has no path");
  }
  return holds();
}

inline std::string has_fps(const Sample& sample) {
  return std::isfinite(sample.fps) && sample.fps > 0 ? "" : "has " + text_of(sample.fps) + " frames per second";
}

inline std::string has_length(const Sample& sample) {
  const bool fits = std::isfinite(sample.start) && sample.start >= 0 && sample.end > sample.start;
  return fits ? "" : "goes from " + text_of(sample.start) + " to " + text_of(sample.end) + " s";
}

inline std::string has_anchor(const Sample& sample) {
  return !sample.anchor || std::isfinite(*sample.anchor) ? "" : "has its anchor at " + text_of(*sample.anchor) + " s";
}

inline Seen ids_are_unique(const DatasetAnswers& answers) {
  std::map<std::pair<Split, std::string>, std::size_t> seen;
  for (const Placed& placed : answers.samples()) {
    const auto [first, is_new] = seen.emplace(std::pair(placed.split, placed.sample.id), placed.index);
    if (!is_new) return broken(text_of(placed) + " has the id of sample " + std::to_string(first->second));
  }
  return holds();
}

/// Those of test may be all of val, as it is with AVA.
inline Seen splits_are_apart(const DatasetAnswers& answers) {
  if (answers.makes_pictures()) throw CannotBeTried{"it makes its own pictures"};
  std::multimap<std::string, const Placed*> trained;
  for (const Placed& placed : answers.samples()) {
    if (placed.split == Split::train) trained.emplace(placed.sample.path.string(), &placed);
  }
  for (const Placed& placed : answers.samples()) {
    if (placed.split == Split::train) continue;
    const auto [begin, end] = trained.equal_range(placed.sample.path.string());
    for (auto other = begin; other != end; ++other) {
      const Sample &a = placed.sample, &b = other->second->sample;
      const bool same_moment = a.anchor == b.anchor && a.start < b.end && b.start < a.end;
      if (same_moment) return broken(text_of(placed) + " shows what " + text_of(*other->second) + " shows");
    }
  }
  return holds();
}

inline Seen groups_stay_together(const DatasetAnswers& answers) {
  std::map<std::string, const Placed*> trained;
  for (const Placed& placed : answers.samples()) {
    if (placed.split == Split::train && !placed.sample.group.empty()) trained.emplace(placed.sample.group, &placed);
  }
  for (const Placed& placed : answers.samples()) {
    const auto other = trained.find(placed.sample.group);
    if (placed.split == Split::train || other == trained.end()) continue;
    return broken(text_of(placed) + " is of the group \"" + placed.sample.group + "\", as is " +
                  text_of(*other->second));
  }
  return holds();
}

}  // namespace detail

/// What each sample keeps, and the samples beside each other.
inline constexpr DatasetRule rules_of_samples[] = {
    {{"dataset.ids", "every sample has an id", "dataset.hpp: Sample::id",
      "the path below the folder of videos makes a good one"},
     detail::in_every_sample<detail::has_id>},
    {{"dataset.unique-ids", "ids are unique within a split", "dataset.hpp: Sample::id",
      "add what tells them apart, such as the seconds"},
     detail::ids_are_unique},
    {{"dataset.paths", "every sample has a path", "dataset.hpp: Sample::path",
      "leave out samples without a file, with a warning"},
     detail::paths_are_there},
    {{"dataset.frame-rate", "fps is finite and over 0", "dataset.hpp: Sample::fps",
      "leave it at its default where the files are videos"},
     detail::in_every_sample<detail::has_fps>},
    {{"dataset.start-and-end", "start is finite and not negative, and end is after it", "dataset.hpp: Sample::start",
      "refuse such rows in the constructor, with file and line"},
     detail::in_every_sample<detail::has_length>},
    {{"dataset.anchor", "an anchor is finite", "dataset.hpp: Sample::anchor", "leave it unset where there is none"},
     detail::in_every_sample<detail::has_anchor>},
    {{"dataset.splits-apart", "what val and test show is not trained on", "dataset.hpp: Split",
      "split by video, or by what groups them"},
     detail::splits_are_apart},
    {{"dataset.groups", "samples of one group are not both in train and in another split", "dataset.hpp: Sample::group",
      "split whole groups"},
     detail::groups_stay_together},
};

}  // namespace testing
}  // namespace v1
}  // namespace pgt::sdk
