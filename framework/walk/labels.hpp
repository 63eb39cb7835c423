/// Which classes the videos of a dataset have, as it says before a file is opened.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include <pgt/sdk/dataset.hpp>

#include "config/run_options.hpp"

namespace pgt::walk {

/// The classes of a sample, in any of its boxes where it has boxes.
std::set<std::int64_t> classes_of(const sdk::Dataset& dataset, sdk::Split split, std::size_t index,
                                  const sdk::Sample& sample);

/// Of each class, how many samples of the split have it.
std::vector<std::size_t> samples_per_class(const sdk::Dataset& dataset, sdk::Split split);

/// Of each sample of a dataset with one class per video, that class.
std::vector<std::int64_t> class_of_each(const sdk::Dataset& dataset, sdk::Split split);

/// How often a class is there to be learned.
struct LabelCounts {
  std::vector<std::size_t> present;  ///< of each class: how many have it …
  std::size_t all = 0;               ///< … of so many samples, boxes or labelled moments
};

/// Of samples, or boxes where the dataset has them.
LabelCounts count_labels(const sdk::Dataset& dataset, sdk::Split split);

/// Of the moments of the training videos: at the rate at which the dataset counts, ten a second where it has none. A
/// sample that does not say where it ends is opened for that; one that cannot be has no moments.
LabelCounts count_moments(const sdk::Dataset& dataset, const config::DataOptions& data);

}  // namespace pgt::walk
