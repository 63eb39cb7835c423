#include "trial_of_dataset.hpp"

#include <algorithm>
#include <cmath>

#include "lines.hpp"
#include "plugin/guard.hpp"
#include "rule.hpp"

namespace pgt::check {

const char* name_of(sdk::Split split) {
  constexpr const char* names[] = {"train", "val", "test"};
  return names[static_cast<std::size_t>(split)];
}

std::string text_of(const Placed& placed) {
  return "sample " + std::to_string(placed.index) + " of " + name_of(placed.split) + " (id \"" + placed.sample.id +
         "\")";
}

std::string text_of(const Labelled& labelled) {
  const std::string text = text_of(*labelled.placed);
  if (labelled.times.size() == 1) return text + " at " + text_of(labelled.times.front()) + " s";
  return text + " from " + text_of(labelled.times.front()) + " to " + text_of(labelled.times.back()) + " s";
}

std::vector<std::vector<double>> times_of(const sdk::Sample& sample, sdk::Task task) {
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
  if (task == sdk::Task::boxes && sample.anchor) all.push_back({*sample.anchor});
  return all;
}

const sdk::Dataset& DatasetTrial::dataset() const {
  if (dataset_ != nullptr) return *dataset_;
  try {
    dataset_ = make();
  } catch (const std::exception&) {
    throw CannotBeTried{"see dataset.made"};
  }
  return *dataset_;
}

sdk::DatasetInfo DatasetTrial::info_of(const sdk::Dataset& dataset) const {
  return plugin::guard(id_, "Dataset::info", [&] { return dataset.info(); });
}
std::size_t DatasetTrial::size_of(const sdk::Dataset& dataset, sdk::Split split) const {
  return plugin::guard(id_, "Dataset::size", [&] { return dataset.size(split); });
}
sdk::Sample DatasetTrial::sample_of(const sdk::Dataset& dataset, sdk::Split split, std::size_t index) const {
  return plugin::guard(id_, "Dataset::sample", [&] { return dataset.sample(split, index); });
}
sdk::Target DatasetTrial::target_of(const sdk::Dataset& dataset, sdk::Split split, std::size_t index,
                                    const std::vector<double>& times) const {
  return plugin::guard(id_, "Dataset::target", [&] { return dataset.target(split, index, times); });
}
std::vector<sdk::Segment> DatasetTrial::segments_of(const Placed& placed) const {
  const auto* segmented = sdk::extension_of<sdk::SegmentedDataset>(dataset());
  if (segmented == nullptr) throw CannotBeTried{"it has no segments"};
  return plugin::guard(id_, "SegmentedDataset::segments",
                       [&] { return segmented->segments(placed.split, placed.index); });
}

const sdk::DatasetInfo& DatasetTrial::info() const {
  if (info_ == nullptr) info_ = std::make_unique<sdk::DatasetInfo>(info_of(dataset()));
  return *info_;
}

const std::vector<Placed>& DatasetTrial::samples() const {
  if (samples_ != nullptr) return *samples_;
  std::vector<Placed> samples;
  for (const sdk::Split split : all_splits) {
    const std::size_t size = size_of(dataset(), split);
    for (std::size_t index = 0; index < size; ++index) {
      try {
        samples.push_back({split, index, sample_of(dataset(), split, index)});
      } catch (const Error&) {
        throw CannotBeTried{"see dataset.samples"};
      }
    }
  }
  samples_ = std::make_unique<std::vector<Placed>>(std::move(samples));
  return *samples_;
}

const std::vector<Labelled>& DatasetTrial::labelled() const {
  if (labelled_ != nullptr) return *labelled_;
  std::vector<Labelled> labelled;
  for (const sdk::Split split : all_splits) {
    std::vector<const Placed*> of_split;
    for (const Placed& placed : samples()) {
      if (placed.split == split) of_split.push_back(&placed);
    }
    const std::size_t count = std::min(of_split.size(), most_labelled);
    for (std::size_t i = 0; i < count; ++i) {
      const Placed& placed = *of_split[i * of_split.size() / count];
      for (std::vector<double>& times : times_of(placed.sample, info().task)) {
        try {
          sdk::Target target = target_of(dataset(), split, placed.index, times);
          labelled.push_back({&placed, std::move(times), std::move(target)});
        } catch (const Error&) {
          throw CannotBeTried{"see dataset.targets"};
        }
      }
    }
  }
  labelled_ = std::make_unique<std::vector<Labelled>>(std::move(labelled));
  return *labelled_;
}

std::vector<std::string> DatasetTrial::checksums() const {
  std::vector<std::string> sums{checksum_of(lines_of(info()))};
  for (const Placed& placed : samples()) sums.push_back(checksum_of(lines_of(placed.sample)));
  for (const Labelled& labelled : this->labelled()) sums.push_back(checksum_of(lines_of(labelled.target)));
  return sums;
}

}  // namespace pgt::check
