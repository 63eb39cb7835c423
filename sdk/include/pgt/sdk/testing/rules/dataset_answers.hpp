/// What a dataset says of itself, of its samples and of their labels. Includes no torch header.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <pgt/sdk/frame_source.hpp>
#include <pgt/sdk/testing/rules/answers.hpp>
#include <pgt/sdk/testing/rules/rule.hpp>

namespace pgt::sdk {
inline namespace v1 {
namespace testing {

inline constexpr std::array<Split, 3> all_splits{Split::train, Split::val, Split::test};

/// A sample, and where it is.
struct Placed {
  Split split;
  std::size_t index;
  Sample sample;
};
/// "sample 3 of train (id "a/b.mp4")".
inline std::string text_of(const Placed& placed) {
  return "sample " + std::to_string(placed.index) + " of " + name_of(placed.split) + " (id \"" + placed.sample.id +
         "\")";
}

/// A question for labels, and the answer.
struct Labelled {
  const Placed* placed;
  std::vector<double> times;
  Target target;
};
/// "sample 3 of train (id "a/b.mp4") at 0.5 s", or "from 0 to 2.5 s".
inline std::string text_of(const Labelled& labelled) {
  const std::string text = text_of(*labelled.placed);
  if (labelled.times.size() == 1) return text + " at " + text_of(labelled.times.front()) + " s";
  return text + " from " + text_of(labelled.times.front()) + " to " + text_of(labelled.times.back()) + " s";
}

/// The times for which the labels of a sample are asked: its ends first, seconds in it, stretches of it.
inline std::vector<std::vector<double>> times_of(const Sample& sample, Task task) {
  constexpr double looked_at = 8;  // seconds, where the sample does not say how long it is
  constexpr int parts = 8;
  const double start = std::isfinite(sample.start) ? sample.start : 0;
  const double end = std::isfinite(sample.end) && sample.end > start ? sample.end : start + looked_at;
  std::vector<std::vector<double>> all{{sample.start, sample.end}};
  std::vector<double> whole;
  for (int part = 0; part < parts; ++part) {
    whole.push_back(start + (end - start) * (part + 0.5) / parts);
    all.push_back({whole.back()});
  }
  all.push_back({whole.begin(), whole.begin() + parts / 2});
  all.push_back(std::move(whole));
  if (task == Task::boxes && sample.anchor) all.push_back({*sample.anchor});
  return all;
}

/// The answers of one dataset, asked for when they are first wanted. Not thread-safe.
class DatasetAnswers {
 public:
  /// Labels are asked for of so many samples of each split, spread evenly.
  static constexpr std::size_t most_labelled = 200;

  /// The dataset must outlive it.
  explicit DatasetAnswers(const Dataset& dataset) : dataset_(dataset) {}

  const Dataset& dataset() const { return dataset_; }
  bool makes_pictures() const { return extension_of<FrameSource>(dataset_) != nullptr; }

  const DatasetInfo& info() const {
    if (info_ == nullptr) info_ = std::make_unique<DatasetInfo>(dataset_.info());
    return *info_;
  }
  /// All samples of all splits. Throws CannotBeTried where one cannot be had.
  const std::vector<Placed>& samples() const {
    if (samples_ != nullptr) return *samples_;
    auto samples = std::make_unique<std::vector<Placed>>();
    for (const Split split : all_splits) {
      const std::size_t size = dataset_.size(split);
      for (std::size_t index = 0; index < size; ++index) {
        const auto ask = [&] { samples->push_back({split, index, dataset_.sample(split, index)}); };
        if (detail::refusal(ask)) throw CannotBeTried{"see dataset.samples"};
      }
    }
    samples_ = std::move(samples);
    return *samples_;
  }
  /// What is answered for some samples of each split. Throws CannotBeTried where an answer cannot be had.
  const std::vector<Labelled>& labelled() const {
    if (labelled_ != nullptr) return *labelled_;
    auto labelled = std::make_unique<std::vector<Labelled>>();
    for (const Split split : all_splits) {
      std::vector<const Placed*> of_split;
      for (const Placed& placed : samples()) {
        if (placed.split == split) of_split.push_back(&placed);
      }
      const std::size_t count = std::min(of_split.size(), most_labelled);
      for (std::size_t i = 0; i < count; ++i) ask(*of_split[i * of_split.size() / count], *labelled);
    }
    labelled_ = std::move(labelled);
    return *labelled_;
  }

 private:
  void ask(const Placed& placed, std::vector<Labelled>& labelled) const {
    for (std::vector<double>& times : times_of(placed.sample, info().task)) {
      Target target;
      const auto ask = [&] { target = dataset_.target(placed.split, placed.index, times); };
      if (detail::refusal(ask)) throw CannotBeTried{"see dataset.targets"};
      labelled.push_back({&placed, std::move(times), std::move(target)});
    }
  }

  const Dataset& dataset_;
  mutable std::unique_ptr<DatasetInfo> info_;
  mutable std::unique_ptr<std::vector<Placed>> samples_;
  mutable std::unique_ptr<std::vector<Labelled>> labelled_;
};

/// A rule of a dataset.
struct DatasetRule {
  RuleText text;
  Seen (*check)(const DatasetAnswers& answers);
};

}  // namespace testing
}  // namespace v1
}  // namespace pgt::sdk
