#include "walk/epoch_batches.hpp"

#include <utility>

namespace pgt::walk {

EpochBatches::EpochBatches(TrainingData what, std::string phase, PlanOf plan, EpochPlace from,
                           video::IndexCache& videos)
    : what_(what),
      phase_(std::move(phase)),
      plan_(std::move(plan)),
      place_(std::move(from)),
      order_(what.dataset.size(sdk::Split::train), static_cast<std::size_t>(what.lanes), what.seed, place_.epoch),
      videos_(videos),
      loader_(make_loader(what.data, what.lanes)) {}

std::unique_ptr<ClipBatch> EpochBatches::next() {
  const std::span<const std::size_t> units = order_.take(place_.unit, what_.batch_size);
  if (units.empty()) return nullptr;
  const TrainingPass pass{static_cast<std::size_t>(what_.lanes), what_.seed, place_.epoch};
  auto batch = open_batch(plan_(place_.iteration), training_clips(what_.dataset, units, what_.augment, pass), videos_,
                          loader_, what_.data, phase_, std::exchange(place_.middle, std::nullopt));
  place_.unit += std::ssize(units);
  ++place_.iteration;
  batch->units_done = place_.unit;
  batch->last = place_.unit == order_.size();
  return batch;
}

}  // namespace pgt::walk
