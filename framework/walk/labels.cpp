#include "walk/labels.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "walk/clip_choice.hpp"

namespace pgt::walk {
namespace {

/// All that the dataset says of a sample.
sdk::Target target_of(const sdk::Dataset& dataset, sdk::Split split, std::size_t index, const sdk::Sample& sample) {
  std::vector<double> times{sample.start, sample.end};
  if (sample.anchor) times = {*sample.anchor};
  return dataset.target(split, index, times);
}

void count(const std::vector<std::int64_t>& classes, LabelCounts& counts) {
  for (const std::int64_t label : classes) ++counts.present.at(static_cast<std::size_t>(label));
  ++counts.all;
}

/// From which second to which a training sample lasts.
std::pair<double, double> ends_of(const sdk::Dataset& dataset, std::size_t index, const config::DataOptions& data) {
  const Turn turn[] = {{index}};
  const ClipChoice clip = training_clips(dataset, turn, nullptr, {}).front();
  const auto& [start, end] = std::pair(clip.sample.start, clip.sample.end);
  if (std::isfinite(end)) return {start, end};
  try {
    video::IndexCache videos;  // of this video alone; the folder keeps it for training
    return {start, index_of(clip, videos, data)->duration()};
  } catch (const video::VideoError&) {  // training names it
    return {start, start};
  }
}

}  // namespace

std::set<std::int64_t> classes_of(const sdk::Dataset& dataset, sdk::Split split, std::size_t index,
                                  const sdk::Sample& sample) {
  const sdk::Target target = target_of(dataset, split, index, sample);
  std::set<std::int64_t> classes(target.classes.begin(), target.classes.end());
  for (const sdk::LabelledBox& box : target.boxes) classes.insert(box.classes.begin(), box.classes.end());
  return classes;
}

std::vector<std::size_t> samples_per_class(const sdk::Dataset& dataset, sdk::Split split) {
  std::vector<std::size_t> counts(dataset.info().classes.size());
  for (std::size_t i = 0; i < dataset.size(split); ++i) {
    for (const std::int64_t label : classes_of(dataset, split, i, dataset.sample(split, i))) {
      ++counts.at(static_cast<std::size_t>(label));
    }
  }
  return counts;
}

std::vector<std::int64_t> class_of_each(const sdk::Dataset& dataset, sdk::Split split) {
  std::vector<std::int64_t> classes;
  for (std::size_t i = 0; i < dataset.size(split); ++i) {
    const sdk::Sample sample = dataset.sample(split, i);
    const sdk::Target target = target_of(dataset, split, i, sample);
    if (target.classes.size() != 1) {
      throw Error(ExitCode::data, sample.id + " has " + std::to_string(target.classes.size()) +
                                      " classes, but data.balance = \"classes\" needs exactly one of each video");
    }
    classes.push_back(target.classes.front());
  }
  return classes;
}

LabelCounts count_labels(const sdk::Dataset& dataset, sdk::Split split) {
  const sdk::DatasetInfo info = dataset.info();
  LabelCounts counts;
  counts.present.resize(info.classes.size());
  for (std::size_t i = 0; i < dataset.size(split); ++i) {
    const sdk::Target target = target_of(dataset, split, i, dataset.sample(split, i));
    if (info.task != sdk::Task::boxes) {
      count(target.classes, counts);
      continue;
    }
    for (const sdk::LabelledBox& box : target.boxes) count(box.classes, counts);
  }
  return counts;
}

LabelCounts count_moments(const sdk::Dataset& dataset, const config::DataOptions& data) {
  const sdk::DatasetInfo info = dataset.info();
  const double rate = info.moments_per_second > 0 ? info.moments_per_second : 10;
  LabelCounts counts;
  counts.present.resize(info.classes.size());
  for (std::size_t i = 0; i < dataset.size(sdk::Split::train); ++i) {
    const auto [start, end] = ends_of(dataset, i, data);
    const std::int64_t moments = std::llround((end - start) * rate);
    for (std::int64_t moment = 0; moment < moments; ++moment) {
      const double second = start + (static_cast<double>(moment) + 0.5) / rate;
      const sdk::Target target = dataset.target(sdk::Split::train, i, {&second, 1});
      if (target.labelled) count(target.classes, counts);
    }
  }
  return counts;
}

}  // namespace pgt::walk
