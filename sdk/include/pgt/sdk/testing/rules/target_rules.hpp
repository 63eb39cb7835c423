/// What a single answer of Dataset::target keeps. The host tries these rules on every answer, but for those of the task
/// boxes. Includes no torch header.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <pgt/sdk/testing/rules/answers.hpp>
#include <pgt/sdk/testing/rules/rule.hpp>

namespace pgt::sdk {
inline namespace v1 {
namespace testing {

/// A rule of a single target.
struct TargetRule {
  RuleText text;
  std::optional<Task> of;  ///< the task that has this rule; unset: every task
  /// What is wrong with it; empty: nothing. `times`: how many seconds it was asked for.
  std::string (*wrong)(const Target& target, const DatasetInfo& info, std::size_t times);
};

namespace detail {

inline std::vector<const std::vector<std::int64_t>*> lists_of(const Target& target) {
  std::vector<const std::vector<std::int64_t>*> lists{&target.classes};
  for (const auto* boxes : {&target.boxes, &target.truth}) {
    for (const LabelledBox& box : *boxes) lists.push_back(&box.classes);
  }
  return lists;
}

inline std::string in_range(const Target& target, const DatasetInfo& info, std::size_t) {
  for (const auto* list : lists_of(target)) {
    for (const std::int64_t index : *list) {
      if (index >= 0 && index < std::ssize(info.classes)) continue;
      return "class " + std::to_string(index) + " of " + std::to_string(info.classes.size()) +
             ", which are numbered from 0";
    }
  }
  return "";
}

inline std::string ascending(const Target& target, const DatasetInfo&, std::size_t) {
  for (const auto* list : lists_of(target)) {
    const auto wrong = std::ranges::adjacent_find(*list, std::ranges::greater_equal{});
    if (wrong != list->end())
      return "class " + std::to_string(wrong[1]) + " comes after class " + std::to_string(*wrong);
  }
  return "";
}

inline std::string one_label(const Target& target, const DatasetInfo&, std::size_t) {
  return target.classes.size() == 1 ? ""
                                    : std::to_string(target.classes.size()) + " classes, and the task is single_label";
}

inline std::string one_label_a_moment(const Target& target, const DatasetInfo&, std::size_t times) {
  if (times != 1) return "";
  if (target.classes.size() == (target.labelled ? 1U : 0U)) return "";
  return std::to_string(target.classes.size()) +
         " classes at a moment with labelled = " + (target.labelled ? "true" : "false");
}

inline std::string no_boxes(const Target& target, const DatasetInfo& info, std::size_t) {
  if (info.task == Task::boxes) return "";
  return target.boxes.empty() && target.truth.empty() ? "" : "boxes, and the task is another";
}

inline constexpr float box_reach = 1;  // beyond the picture's edges; pixels are far out

inline std::string boxes(const Target& target, const DatasetInfo&, std::size_t) {
  for (const auto* list : {&target.boxes, &target.truth}) {
    for (const LabelledBox& labelled : *list) {
      const Box& box = labelled.box;
      const bool fits = box.left >= -box_reach && box.top >= -box_reach && box.right <= 1 + box_reach &&
                        box.bottom <= 1 + box_reach && box.left < box.right && box.top < box.bottom;
      if (!fits)
        return "the box " + text_of(box.left) + ", " + text_of(box.top) + ", " + text_of(box.right) + ", " +
               text_of(box.bottom);
    }
  }
  return target.classes.empty() ? "" : "classes outside of the boxes";
}

inline std::string key_frame(const Target& target, const DatasetInfo&, std::size_t) {
  return target.key_frame.empty() && !target.boxes.empty() ? "boxes without the name of their picture" : "";
}

}  // namespace detail

inline constexpr TargetRule target_rules[] = {
    {{"dataset.class-range", "classes are numbers from 0 to one less than there are", "dataset.hpp: Target::classes",
      "numbers in files often begin at 1"},
     {},
     detail::in_range},
    {{"dataset.class-order", "classes ascend, each once", "dataset.hpp: Target::classes", "collect them in a std::set"},
     {},
     detail::ascending},
    {{"dataset.single-label", "a sample of single_label has exactly one class", "dataset.hpp: Task",
      "or set info.task to multi_label"},
     Task::single_label,
     detail::one_label},
    {{"dataset.moments", "a moment has exactly one class, or none and labelled = false",
      "dataset.hpp: Target::labelled", "set labelled = false where nobody labelled it"},
     Task::moments,
     detail::one_label_a_moment},
    {{"dataset.no-boxes", "only the task boxes has boxes", "dataset.hpp: Target::boxes", "set info.task to boxes"},
     {},
     detail::no_boxes},
    {{"dataset.boxes", "boxes have an area, sides from -1 to 2 (the picture is 0 to 1), and classes of their own",
      "dataset.hpp: Box", "divide pixels by the picture's width and height"},
     Task::boxes,
     detail::boxes},
    {{"dataset.key-frame", "boxes come with the name of their picture", "dataset.hpp: Target::key_frame",
      "name it by video and second"},
     Task::boxes,
     detail::key_frame},
};

}  // namespace testing
}  // namespace v1
}  // namespace pgt::sdk
