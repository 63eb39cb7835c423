/// What plugins answer, as lines of text "field is value": two answers are the same if their lines are, and otherwise
/// the first line that differs says where. Includes no torch header.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <pgt/sdk/dataset.hpp>
#include <pgt/sdk/schedule.hpp>

namespace pgt::sdk {
inline namespace v1 {
namespace testing {
namespace detail {

template <class Number>
inline std::string shortest_text(Number number) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

}  // namespace detail

/// "[8, 16)".
inline std::string text_of(const FrameRange& range) {
  return "[" + std::to_string(range.begin) + ", " + std::to_string(range.end) + ")";
}

/// All digits that tell it from its neighbours.
inline std::string text_of(double number) { return detail::shortest_text(number); }
inline std::string text_of(float number) { return detail::shortest_text(number); }

inline const char* name_of(Split split) {
  constexpr const char* names[] = {"train", "val", "test"};
  return names[static_cast<std::size_t>(split)];
}

using Lines = std::vector<std::string>;

namespace detail {

inline std::string value_text(const std::string& text) { return '"' + text + '"'; }
inline std::string value_text(bool value) { return value ? "true" : "false"; }
inline std::string value_text(double number) { return text_of(number); }
inline std::string value_text(const FrameRange& range) { return text_of(range); }
template <class T>
requires(std::is_integral_v<T> || std::is_enum_v<T>) std::string value_text(T value) {
  return std::to_string(static_cast<std::int64_t>(value));
}
inline std::string value_text(const Box& box) {
  return "[" + text_of(box.left) + ", " + text_of(box.top) + ", " + text_of(box.right) + ", " + text_of(box.bottom) +
         "]";
}

template <class T>
inline std::string list_of(const std::vector<T>& values) {
  std::string text = "[";
  for (std::size_t i = 0; i < values.size(); ++i) text += (i == 0 ? "" : ", ") + value_text(T(values[i]));
  return text + "]";
}

class Writer {
 public:
  template <class T>
  void add(const std::string& field, const T& value) {
    lines.push_back(field + " is " + value_text(value));
  }
  template <class T>
  void add(const std::string& field, const std::vector<T>& values) {
    lines.push_back(field + " is " + list_of(values));
  }
  template <class T>
  void add(const std::string& field, const std::optional<T>& value) {
    lines.push_back(field + " is " + (value ? value_text(*value) : "unset"));
  }
  void add_boxes(const std::string& field, const std::vector<LabelledBox>& boxes) {
    add(field + ".size()", boxes.size());
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      lines.push_back(field + "[" + std::to_string(i) + "] is " + value_text(boxes[i].box) + " with classes " +
                      list_of(boxes[i].classes));
    }
  }
  Lines lines;
};

inline void add_step(Writer& writer, const std::string& name, const Step& step) {
  writer.add(name + ".frames", step.frames);
  writer.add(name + ".overlap", step.overlap);
  for (std::size_t p = 0; p < step.positions.size(); ++p) {
    writer.add(name + ".positions[" + std::to_string(p) + "]", step.positions[p]);
  }
  writer.add(name + ".detach", step.detach);
  writer.add(name + ".backward", step.backward);
  writer.add(name + ".gradient_reach", step.gradient_reach);
  writer.add(name + ".optimizer_step", step.optimizer_step);
  writer.add(name + ".loss_weight", step.loss_weight);
}

}  // namespace detail

inline Lines lines_of(const Plan& plan) {
  detail::Writer writer;
  writer.add("clip.frames", plan.clip.frames);
  writer.add("clip.stride", plan.clip.stride);
  writer.add("clip.size", plan.clip.size);
  writer.add("clip.batch", plan.clip.batch);
  writer.add("carry.reduce", plan.carry.reduce);
  writer.add("carry.momentum", plan.carry.momentum);
  writer.add("carry.sites", plan.carry.sites);
  writer.add("carry.head", plan.carry.head);
  writer.add("carry.head_reduce", plan.carry.head_reduce);
  writer.add("steps.size()", plan.steps.size());
  for (std::size_t i = 0; i < plan.steps.size(); ++i)
    detail::add_step(writer, "steps[" + std::to_string(i) + "]", plan.steps[i]);
  writer.add("repeat_from", plan.repeat_from);
  writer.add("passes", plan.passes);
  writer.add("gradients", plan.gradients);
  writer.add("ensemble", plan.ensemble);
  writer.add("head_bins", plan.head_bins);
  writer.add("learning_rate_scale", plan.learning_rate_scale);
  return writer.lines;
}

inline Lines lines_of(const DatasetInfo& info) {
  detail::Writer writer;
  writer.add("classes", info.classes);
  writer.add("task", info.task);
  writer.add("warnings", info.warnings);
  writer.add("mirrored_is_the_same", info.mirrored_is_the_same);
  writer.add("moments_per_second", info.moments_per_second);
  return writer.lines;
}

inline Lines lines_of(const Sample& sample) {
  detail::Writer writer;
  writer.add("id", sample.id);
  writer.add("path", sample.path.string());
  writer.add("fps", sample.fps);
  writer.add("start", sample.start);
  writer.add("end", sample.end);
  writer.add("group", sample.group);
  writer.add("anchor", sample.anchor);
  return writer.lines;
}

inline Lines lines_of(const Target& target) {
  detail::Writer writer;
  writer.add("classes", target.classes);
  writer.add_boxes("boxes", target.boxes);
  writer.add_boxes("truth", target.truth);
  writer.add("key_frame", target.key_frame);
  writer.add("labelled", target.labelled);
  return writer.lines;
}

inline Lines lines_of(const std::vector<Segment>& segments) {
  detail::Writer writer;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const std::string name = "segments[" + std::to_string(i) + "]";
    writer.add(name + ".start", segments[i].start);
    writer.add(name + ".end", segments[i].end);
    writer.add(name + ".label", segments[i].label);
  }
  return writer.lines;
}

/// "steps[1].frames[0] is [8, 16), then [9, 17)"; empty where there is none.
inline std::string difference(const Lines& first, const Lines& second) {
  for (std::size_t i = 0; i < std::min(first.size(), second.size()); ++i) {
    if (first[i] == second[i]) continue;
    const std::size_t value = second[i].find(" is ");
    return first[i] + ", then " + second[i].substr(value + 4);
  }
  return first.size() == second.size() ? "" : "one is longer than the other";
}

}  // namespace testing
}  // namespace v1
}  // namespace pgt::sdk
