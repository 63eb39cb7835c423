#include "train/parts.hpp"

#include "base/random.hpp"
#include "train/learning_rate.hpp"
#include "train/micro_batch.hpp"
#include "walk/labels.hpp"

namespace pgt::train {

std::int64_t Parts::updates() const { return updates_of_epoch(walk::units_of(dataset, data), options); }

Lesson Parts::lesson() const {
  const auto count = [&] {
    return backbone.info().output == sdk::Output::moments ? walk::count_moments(dataset, data)
                                                          : walk::count_labels(dataset, sdk::Split::train);
  };
  return {backbone,
          make_criterion(options, dataset.info(), count),
          seed(),
          options.moment_smoothing,
          precision(),
          micro_batch(options, {}),
          group,
          nullptr,
          options.micro_batch == config::TrainOptions::automatic_micro_batch};
}

std::string Parts::needed() const {
  const sdk::Output output = backbone.info().output;
  if (output == sdk::Output::boxes) return "a box";
  return output == sdk::Output::moments ? "a labelled moment" : "";
}

Mix Parts::mix(const walk::ClipBatch& batch, std::int64_t epoch, std::int64_t iteration) const {
  return Mix(augment, batch.requests,
             Random(seed(), static_cast<std::uint64_t>(epoch), static_cast<std::uint64_t>(iteration), Purpose::mixing));
}

}  // namespace pgt::train
