// That a dataset says the same whoever asks and where, and that it is quick: what it takes a host to try.

#include "rules_of_datasets.hpp"

#include <chrono>
#include <mutex>
#include <thread>

#include "lines.hpp"

namespace pgt::check {
namespace {

using Clock = std::chrono::steady_clock;

Seen dataset_is_made(const DatasetTrial& trial) {
  trial.make();
  return holds();
}

/// What a resumed run gets: another object with the same options and seed.
std::string dataset_differs(const DatasetTrial& trial, const sdk::Dataset& other) {
  std::string where = difference(lines_of(trial.answers().info()), lines_of(other.info()));
  if (!where.empty()) return where;
  for (const sdk::Split split : all_splits) {
    if (trial.answers().dataset().size(split) != other.size(split))
      return std::string(name_of(split)) + " has another number of samples";
  }
  for (const Placed& placed : trial.answers().samples()) {
    where = difference(lines_of(placed.sample), lines_of(other.sample(placed.split, placed.index)));
    if (!where.empty()) return text_of(placed) + ": " + where;
  }
  for (const Labelled& labelled : trial.answers().labelled()) {
    const Placed& placed = *labelled.placed;
    where = difference(lines_of(labelled.target), lines_of(other.target(placed.split, placed.index, labelled.times)));
    if (!where.empty()) return text_of(labelled) + ": " + where;
  }
  return "";
}

Seen same_of_another_object(const DatasetTrial& trial) {
  trial.answers().info();  // throws where no object can be made
  return broken_if(dataset_differs(trial, *trial.make()));
}

Seen same_in_another_process(const DatasetTrial& trial) {
  const std::vector<std::string> here = trial.checksums(), there = trial.checksums_elsewhere();
  if (here.size() != there.size()) return broken("another process has another number of samples");
  for (std::size_t i = 0; i < here.size(); ++i) {
    if (here[i] == there[i]) continue;
    if (i == 0) return broken("the information (info) is another in another process");
    if (i <= trial.answers().samples().size())
      return broken(text_of(trial.answers().samples()[i - 1]) + " is another in another process");
    return broken("the labels of " + text_of(trial.answers().labelled()[i - 1 - trial.answers().samples().size()]) +
                  " are others in another process");
  }
  return holds();
}

/// Eight threads ask for all, each beginning elsewhere.
Seen same_from_eight_threads(const DatasetTrial& trial) {
  constexpr std::size_t threads = 8;
  const auto& labelled = trial.answers().labelled();
  std::mutex mutex;
  std::string found;
  const auto ask = [&](std::size_t begin) {
    try {
      for (std::size_t i = 0; i < labelled.size(); ++i) {
        const Labelled& one = labelled[(begin + i) % labelled.size()];
        const Placed& placed = *one.placed;
        std::string where =
            difference(lines_of(placed.sample), lines_of(trial.answers().dataset().sample(placed.split, placed.index)));
        if (where.empty())
          where = difference(lines_of(one.target),
                             lines_of(trial.answers().dataset().target(placed.split, placed.index, one.times)));
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

Seen samples_are_quick(const DatasetTrial& trial) {
  constexpr double bound = 20000;  // µs
  if (trial.answers().labelled().empty()) throw CannotBeTried{"it has no samples"};
  const Clock::time_point begin = Clock::now();
  for (const Labelled& one : trial.answers().labelled()) {
    trial.answers().dataset().sample(one.placed->split, one.placed->index);
    trial.answers().dataset().target(one.placed->split, one.placed->index, one.times);
  }
  const std::chrono::duration<double, std::micro> all = Clock::now() - begin;
  const double of_one = all.count() / static_cast<double>(trial.answers().labelled().size());
  char text[64];
  std::snprintf(text, sizeof text, "%.1f µs for a sample and its labels", of_one);
  return of_one > bound ? broken(text) : holds(text);
}

constexpr DatasetRule dataset_rules[] = {
    {{"dataset.made", "it is made with its options; what is wrong in a file is told with file and line",
      "dataset.hpp: Dataset", "read the exception's text; --option KEY=VALUE gives the files"},
     dataset_is_made},
    {{"dataset.same-of-another-object", "another object with the same options and seed has the same samples and labels",
      "dataset.hpp: DatasetContext::seed", "draw splits from context.seed"},
     same_of_another_object},
    {{"dataset.same-in-any-process", "another process has the same samples and labels", "dataset.hpp: Sample::id",
      "sort what a folder lists; no address, no clock, no std::hash"},
     same_in_another_process},
    {{"dataset.threads", "eight threads that ask at once get the same answers", "dataset.hpp: Thread",
      "no caches without a lock; const methods change nothing"},
     same_from_eight_threads},
    {{"dataset.quick", "a sample and its labels take less than 20 ms", "docs/check-a-plugin.md: How it checks",
      "read the annotations in the constructor"},
     samples_are_quick},
};

}  // namespace

std::span<const DatasetRule> rules_of_datasets() { return dataset_rules; }

}  // namespace pgt::check
