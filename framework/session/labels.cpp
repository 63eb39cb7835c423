#include "session/labels.hpp"

namespace pgt::session {

std::set<std::int64_t> classes_of(const sdk::Dataset& dataset, sdk::Split split, std::size_t index,
                                  const sdk::Sample& sample) {
  std::vector<double> times{sample.start, sample.end};
  if (sample.anchor) times = {*sample.anchor};
  const sdk::Target target = dataset.target(split, index, times);
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

}  // namespace pgt::session
