/// What a dataset says of itself, and that it says it again. Includes no torch header.
#pragma once

#include <cmath>
#include <set>
#include <string>

#include <pgt/sdk/testing/rules/dataset_answers.hpp>

namespace pgt::sdk {
inline namespace v1 {
namespace testing {
namespace detail {

inline Seen info_again(const DatasetAnswers& answers) {
  return broken_if(difference(lines_of(answers.info()), lines_of(answers.dataset().info())));
}

inline Seen has_classes(const DatasetAnswers& answers) {
  return answers.info().classes.empty() ? broken("DatasetInfo::classes is empty") : holds();
}

inline Seen classes_have_names(const DatasetAnswers& answers) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < answers.info().classes.size(); ++i) {
    const std::string& name = answers.info().classes[i];
    if (name.empty()) return broken("class " + std::to_string(i) + " has no name");
    if (!seen.insert(name).second)
      return broken("class " + std::to_string(i) + ", \"" + name + "\", has the name of an earlier one");
  }
  return holds();
}

inline Seen moments_rate(const DatasetAnswers& answers) {
  const double rate = answers.info().moments_per_second;
  return std::isfinite(rate) && rate >= 0 ? holds() : broken("moments_per_second is " + text_of(rate));
}

inline Seen has_training(const DatasetAnswers& answers) {
  return answers.dataset().size(Split::train) > 0 ? holds() : broken("the split train has no samples");
}

inline Seen sizes_again(const DatasetAnswers& answers) {
  std::string sizes;
  for (const Split split : all_splits) {
    const std::size_t first = answers.dataset().size(split), second = answers.dataset().size(split);
    if (first != second)
      return broken(std::string(name_of(split)) + " has " + std::to_string(first) + " samples, then " +
                    std::to_string(second));
    sizes += std::string(sizes.empty() ? "" : ", ") + name_of(split) + " " + std::to_string(first);
  }
  return holds(sizes);
}

inline Seen samples(const DatasetAnswers& answers) {
  for (const Split split : all_splits) {
    const std::size_t size = answers.dataset().size(split);
    for (std::size_t index = 0; index < size; ++index) {
      const auto why = refusal([&] { answers.dataset().sample(split, index); });
      if (why) return broken(*why + " (sample " + std::to_string(index) + " of " + name_of(split) + ")");
    }
  }
  return holds();
}

inline Seen samples_again(const DatasetAnswers& answers) {
  for (const Placed& placed : answers.samples()) {
    const std::string where =
        difference(lines_of(placed.sample), lines_of(answers.dataset().sample(placed.split, placed.index)));
    if (!where.empty()) return broken(text_of(placed) + ": " + where);
  }
  return holds();
}

inline Seen indices_are_checked(const DatasetAnswers& answers) {
  for (const Split split : all_splits) {
    const std::size_t size = answers.dataset().size(split);
    if (refusal([&] { answers.dataset().sample(split, size); })) continue;
    return broken("sample " + std::to_string(size) + " of " + name_of(split) + ", which has " + std::to_string(size) +
                  ", is given");
  }
  return holds();
}

inline Seen dataset_has_no_such_extension(const DatasetAnswers& answers) {
  const void* found = answers.dataset().extension("org.pgt.no.such.extension");
  return found == nullptr ? holds() : broken("it has an extension \"org.pgt.no.such.extension\"");
}

}  // namespace detail

/// What a dataset says of itself, and that it says it again.
inline constexpr DatasetRule rules_of_datasets[] = {
    {{"dataset.info-again", "info is the same for the life of the object", "dataset.hpp: Dataset::info",
      "make it in the constructor"},
     detail::info_again},
    {{"dataset.classes", "it has at least one class", "dataset.hpp: DatasetInfo::classes",
      "name the classes in the constructor"},
     detail::has_classes},
    {{"dataset.class-names", "each class has a name of its own", "dataset.hpp: DatasetInfo::classes",
      "refuse annotations that name a class twice"},
     detail::classes_have_names},
    {{"dataset.moments-rate", "moments_per_second is finite and not negative",
      "dataset.hpp: DatasetInfo::moments_per_second", "0 counts at every sampled frame"},
     detail::moments_rate},
    {{"dataset.has-training", "the split train has samples", "dataset.hpp: Split",
      "throw where nothing was found, and say where it was looked for"},
     detail::has_training},
    {{"dataset.sizes-again", "a split's size does not change", "dataset.hpp: Dataset::size",
      "read the annotations in the constructor"},
     detail::sizes_again},
    {{"dataset.samples", "every sample below size(split) is given", "dataset.hpp: Dataset::sample",
      "do not look for the file: the host does"},
     detail::samples},
    {{"dataset.samples-again", "a sample is the same when it is asked for again", "dataset.hpp: Sample::id",
      "draw nothing in sample"},
     detail::samples_again},
    {{"dataset.indices", "an index from size(split) on is refused by an exception",
      "docs/write-a-dataset.md: What matters", "use std::vector::at"},
     detail::indices_are_checked},
    {{"dataset.unknown-extension", "an extension that it does not have is null", "dataset.hpp: Dataset::extension",
      "answer with extension_among"},
     detail::dataset_has_no_such_extension},
};

}  // namespace testing
}  // namespace v1
}  // namespace pgt::sdk
