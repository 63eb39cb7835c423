// What a dataset says of itself, and that it says it again: whoever asks, when and where.

#include "rules_of_datasets.hpp"

#include <chrono>
#include <cmath>
#include <mutex>
#include <set>
#include <thread>

#include "lines.hpp"

namespace pgt::check {
namespace {

using Clock = std::chrono::steady_clock;

Seen dataset_is_made(const DatasetTrial& trial) {
  trial.make();
  return holds();
}

Seen info_again(const DatasetTrial& trial) {
  return broken_if(difference(lines_of(trial.info()), lines_of(trial.info_of(trial.dataset()))));
}

Seen has_classes(const DatasetTrial& trial) {
  return trial.info().classes.empty() ? broken("DatasetInfo::classes is empty") : holds();
}

Seen classes_have_names(const DatasetTrial& trial) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < trial.info().classes.size(); ++i) {
    const std::string& name = trial.info().classes[i];
    if (name.empty()) return broken("class " + std::to_string(i) + " has no name");
    if (!seen.insert(name).second)
      return broken("class " + std::to_string(i) + ", \"" + name + "\", has the name of an earlier one");
  }
  return holds();
}

Seen moments_rate(const DatasetTrial& trial) {
  const double rate = trial.info().moments_per_second;
  return std::isfinite(rate) && rate >= 0 ? holds() : broken("moments_per_second is " + text_of(rate));
}

Seen has_training(const DatasetTrial& trial) {
  return trial.size_of(trial.dataset(), sdk::Split::train) > 0 ? holds() : broken("the split train has no samples");
}

Seen sizes_again(const DatasetTrial& trial) {
  std::string sizes;
  for (const sdk::Split split : all_splits) {
    const std::size_t first = trial.size_of(trial.dataset(), split), second = trial.size_of(trial.dataset(), split);
    if (first != second)
      return broken(std::string(name_of(split)) + " has " + std::to_string(first) + " samples, then " +
                    std::to_string(second));
    sizes += std::string(sizes.empty() ? "" : ", ") + name_of(split) + " " + std::to_string(first);
  }
  return holds(sizes);
}

Seen samples(const DatasetTrial& trial) {
  for (const sdk::Split split : all_splits) {
    const std::size_t size = trial.size_of(trial.dataset(), split);
    for (std::size_t index = 0; index < size; ++index) {
      try {
        trial.sample_of(trial.dataset(), split, index);
      } catch (const Error& error) {
        return broken(std::string(error.what()) + " (sample " + std::to_string(index) + " of " + name_of(split) + ")");
      }
    }
  }
  return holds();
}

Seen samples_again(const DatasetTrial& trial) {
  for (const Placed& placed : trial.samples()) {
    const std::string where =
        difference(lines_of(placed.sample), lines_of(trial.sample_of(trial.dataset(), placed.split, placed.index)));
    if (!where.empty()) return broken(text_of(placed) + ": " + where);
  }
  return holds();
}

/// What a resumed run gets: another object with the same options and seed.
std::string dataset_differs(const DatasetTrial& trial, const sdk::Dataset& other) {
  std::string where = difference(lines_of(trial.info()), lines_of(trial.info_of(other)));
  if (!where.empty()) return where;
  for (const sdk::Split split : all_splits) {
    if (trial.size_of(trial.dataset(), split) != trial.size_of(other, split))
      return std::string(name_of(split)) + " has another number of samples";
  }
  for (const Placed& placed : trial.samples()) {
    where = difference(lines_of(placed.sample), lines_of(trial.sample_of(other, placed.split, placed.index)));
    if (!where.empty()) return text_of(placed) + ": " + where;
  }
  for (const Labelled& labelled : trial.labelled()) {
    const Placed& placed = *labelled.placed;
    where = difference(lines_of(labelled.target),
                       lines_of(trial.target_of(other, placed.split, placed.index, labelled.times)));
    if (!where.empty()) return text_of(labelled) + ": " + where;
  }
  return "";
}

Seen same_of_another_object(const DatasetTrial& trial) {
  trial.dataset();
  return broken_if(dataset_differs(trial, *trial.make()));
}

Seen same_in_another_process(const DatasetTrial& trial) {
  const std::vector<std::string> here = trial.checksums(), there = trial.checksums_elsewhere();
  if (here.size() != there.size()) return broken("another process has another number of samples");
  for (std::size_t i = 0; i < here.size(); ++i) {
    if (here[i] == there[i]) continue;
    if (i == 0) return broken("the information (info) is another in another process");
    if (i <= trial.samples().size()) return broken(text_of(trial.samples()[i - 1]) + " is another in another process");
    return broken("the labels of " + text_of(trial.labelled()[i - 1 - trial.samples().size()]) +
                  " are others in another process");
  }
  return holds();
}

/// Eight threads ask for all, each beginning elsewhere.
Seen same_from_eight_threads(const DatasetTrial& trial) {
  constexpr std::size_t threads = 8;
  const auto& labelled = trial.labelled();
  std::mutex mutex;
  std::string found;
  const auto ask = [&](std::size_t begin) {
    try {
      for (std::size_t i = 0; i < labelled.size(); ++i) {
        const Labelled& one = labelled[(begin + i) % labelled.size()];
        const Placed& placed = *one.placed;
        std::string where =
            difference(lines_of(placed.sample), lines_of(trial.sample_of(trial.dataset(), placed.split, placed.index)));
        if (where.empty())
          where = difference(lines_of(one.target),
                             lines_of(trial.target_of(trial.dataset(), placed.split, placed.index, one.times)));
        if (where.empty()) continue;
        const std::lock_guard lock(mutex);
        found = text_of(one) + ": " + where;
      }
    } catch (const std::exception& error) {
      const std::lock_guard lock(mutex);
      found = error.what();
    }
  };
  {
    std::vector<std::jthread> asking;
    for (std::size_t i = 0; i < threads; ++i) asking.emplace_back(ask, i * labelled.size() / threads);
  }
  return broken_if(found);
}

Seen indices_are_checked(const DatasetTrial& trial) {
  for (const sdk::Split split : all_splits) {
    const std::size_t size = trial.size_of(trial.dataset(), split);
    try {
      trial.sample_of(trial.dataset(), split, size);
    } catch (const Error&) {
      continue;
    }
    return broken("sample " + std::to_string(size) + " of " + name_of(split) + ", which has " + std::to_string(size) +
                  ", is given");
  }
  return holds();
}

Seen samples_are_quick(const DatasetTrial& trial) {
  constexpr double bound = 20000;  // µs
  if (trial.labelled().empty()) throw CannotBeTried{"it has no samples"};
  const Clock::time_point begin = Clock::now();
  for (const Labelled& one : trial.labelled()) {
    trial.sample_of(trial.dataset(), one.placed->split, one.placed->index);
    trial.target_of(trial.dataset(), one.placed->split, one.placed->index, one.times);
  }
  const std::chrono::duration<double, std::micro> all = Clock::now() - begin;
  const double of_one = all.count() / static_cast<double>(trial.labelled().size());
  char text[64];
  std::snprintf(text, sizeof text, "%.1f µs for a sample and its labels", of_one);
  return of_one > bound ? broken(text) : holds(text);
}

Seen dataset_has_no_such_extension(const DatasetTrial& trial) {
  const void* found = trial.dataset().extension("org.pgt.no.such.extension");
  return found == nullptr ? holds() : broken("it has an extension \"org.pgt.no.such.extension\"");
}

constexpr DatasetRule dataset_rules[] = {
    {{"dataset.made", "it is made with its options; what is wrong in a file is told with file and line",
      "dataset.hpp: Dataset", "read the exception's text; --option KEY=VALUE gives the files"},
     dataset_is_made},
    {{"dataset.info-again", "info is the same for the life of the object", "dataset.hpp: Dataset::info",
      "make it in the constructor"},
     info_again},
    {{"dataset.classes", "it has at least one class", "dataset.hpp: DatasetInfo::classes",
      "name the classes in the constructor"},
     has_classes},
    {{"dataset.class-names", "each class has a name of its own", "dataset.hpp: DatasetInfo::classes",
      "refuse annotations that name a class twice"},
     classes_have_names},
    {{"dataset.moments-rate", "moments_per_second is finite and not negative",
      "dataset.hpp: DatasetInfo::moments_per_second", "0 counts at every sampled frame"},
     moments_rate},
    {{"dataset.has-training", "the split train has samples", "dataset.hpp: Split",
      "throw where nothing was found, and say where it was looked for"},
     has_training},
    {{"dataset.sizes-again", "a split's size does not change", "dataset.hpp: Dataset::size",
      "read the annotations in the constructor"},
     sizes_again},
    {{"dataset.samples", "every sample below size(split) is given", "dataset.hpp: Dataset::sample",
      "do not look for the file: the host does"},
     samples},
    {{"dataset.samples-again", "a sample is the same when it is asked for again", "dataset.hpp: Sample::id",
      "draw nothing in sample"},
     samples_again},
    {{"dataset.same-of-another-object", "another object with the same options and seed has the same samples and labels",
      "dataset.hpp: DatasetContext::seed", "draw splits from context.seed"},
     same_of_another_object},
    {{"dataset.same-in-any-process", "another process has the same samples and labels", "dataset.hpp: Sample::id",
      "sort what a folder lists; no address, no clock, no std::hash"},
     same_in_another_process},
    {{"dataset.threads", "eight threads that ask at once get the same answers", "dataset.hpp: Thread",
      "no caches without a lock; const methods change nothing"},
     same_from_eight_threads},
    {{"dataset.indices", "an index from size(split) on is refused by an exception",
      "docs/write-a-dataset.md: What matters", "use std::vector::at"},
     indices_are_checked},
    {{"dataset.quick", "a sample and its labels take less than 20 ms", "docs/check-a-plugin.md: How it checks",
      "read the annotations in the constructor"},
     samples_are_quick},
    {{"dataset.unknown-extension", "an extension that it does not have is null", "dataset.hpp: Dataset::extension",
      "answer with sdk::extension_among"},
     dataset_has_no_such_extension},
};

}  // namespace

std::span<const DatasetRule> rules_of_datasets() { return dataset_rules; }

}  // namespace pgt::check
