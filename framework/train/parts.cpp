#include "train/parts.hpp"

#include "base/random.hpp"

namespace pgt::train {

std::int64_t Parts::iterations() const {
  const std::int64_t units = static_cast<std::int64_t>(dataset.size(sdk::Split::train)) * data.lanes;
  return (units + options.batch_size - 1) / options.batch_size;
}

Lesson Parts::lesson() const { return {backbone, make_criterion(options, dataset), seed(), options.moment_smoothing}; }

Mix Parts::mix(const walk::ClipBatch& batch, std::int64_t epoch, std::int64_t iteration) const {
  return Mix(augment, batch.requests,
             Random(seed(), static_cast<std::uint64_t>(epoch), static_cast<std::uint64_t>(iteration), Purpose::mixing));
}

}  // namespace pgt::train
