#include "walk/epoch_batches.hpp"

#include <utility>

#include "walk/labels.hpp"
#include "walk/planner.hpp"

namespace pgt::walk {
namespace {

EpochOrder order_of(const TrainingData& what, std::int64_t epoch) {
  const auto lanes = static_cast<std::size_t>(what.lanes);
  if (what.data.balance == config::Balance::none) {
    return {what.dataset.size(sdk::Split::train), lanes, what.seed, epoch};
  }
  return EpochOrder::balanced(class_of_each(what.dataset, sdk::Split::train), lanes, what.seed, epoch);
}

}  // namespace

EpochBatches::EpochBatches(TrainingData what, std::string phase, PlanOf plan, EpochPlace from,
                           video::IndexCache& videos)
    : what_(what),
      phase_(std::move(phase)),
      plan_(std::move(plan)),
      place_(std::move(from)),
      order_(order_of(what, place_.epoch)),
      videos_(videos),
      loader_(make_loader(what.data, what.lanes, what.memory)) {}

std::unique_ptr<ClipBatch> EpochBatches::next() {
  if (place_.unit >= order_.size()) return nullptr;
  PlanWalk plan = plan_(place_.iteration);
  const std::span<const Turn> turns = order_.take(place_.unit, batch_of(plan, what_.batch_size));
  const TrainingPass pass{static_cast<std::size_t>(what_.lanes), what_.seed, place_.epoch};
  std::optional<MiddleOfClip> middle = std::exchange(place_.middle, std::nullopt);
  if (middle) middle = what_.share.of(*middle, turns);
  auto batch = open_batch(std::move(plan), training_clips(what_.dataset, what_.share.of(turns), what_.augment, pass),
                          videos_, loader_, what_.data, phase_, middle);
  place_.unit += std::ssize(turns);
  ++place_.iteration;
  batch->units_done = place_.unit;
  batch->last = place_.unit == order_.size();
  return batch;
}

}  // namespace pgt::walk
