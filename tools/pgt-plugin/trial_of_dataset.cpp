#include "trial_of_dataset.hpp"

#include "lines.hpp"
#include "plugin/guard.hpp"
#include "rule.hpp"

namespace pgt::check {

const sdk::Dataset& DatasetTrial::Guarded::dataset() const {
  if (dataset_ != nullptr) return *dataset_;
  try {
    dataset_ = make_();
  } catch (const std::exception&) {
    throw CannotBeTried{"see dataset.made"};
  }
  return *dataset_;
}

sdk::DatasetInfo DatasetTrial::Guarded::info() const {
  const sdk::Dataset& made = dataset();
  return plugin::guard(id_, "Dataset::info", [&] { return made.info(); });
}
std::size_t DatasetTrial::Guarded::size(sdk::Split split) const {
  const sdk::Dataset& made = dataset();
  return plugin::guard(id_, "Dataset::size", [&] { return made.size(split); });
}
sdk::Sample DatasetTrial::Guarded::sample(sdk::Split split, std::size_t index) const {
  const sdk::Dataset& made = dataset();
  return plugin::guard(id_, "Dataset::sample", [&] { return made.sample(split, index); });
}
sdk::Target DatasetTrial::Guarded::target(sdk::Split split, std::size_t index, std::span<const double> times) const {
  const sdk::Dataset& made = dataset();
  return plugin::guard(id_, "Dataset::target", [&] { return made.target(split, index, times); });
}

std::vector<std::string> DatasetTrial::checksums() const {
  std::vector<std::string> sums{checksum_of(lines_of(answers().info()))};
  for (const Placed& placed : answers().samples()) sums.push_back(checksum_of(lines_of(placed.sample)));
  for (const Labelled& labelled : answers().labelled()) sums.push_back(checksum_of(lines_of(labelled.target)));
  return sums;
}

}  // namespace pgt::check
