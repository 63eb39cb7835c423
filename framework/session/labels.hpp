/// Which classes the videos of a data set have.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include <pgt/sdk/dataset.hpp>

namespace pgt::session {

/// The classes of a sample, in any of its boxes where it has boxes.
std::set<std::int64_t> classes_of(const sdk::Dataset& dataset, sdk::Split split, std::size_t index,
                                  const sdk::Sample& sample);

/// Of each class, how many samples of the split have it.
std::vector<std::size_t> samples_per_class(const sdk::Dataset& dataset, sdk::Split split);

}  // namespace pgt::session
