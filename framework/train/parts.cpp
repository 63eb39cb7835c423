#include "train/parts.hpp"

#include "base/random.hpp"

namespace pgt::train {

std::int64_t Parts::iterations() const { return batches_of(options.batch_size); }

std::int64_t Parts::updates() const { return batches_of(options.videos_per_update()); }

std::int64_t Parts::batches_of(std::int64_t videos) const {
  const std::int64_t units = static_cast<std::int64_t>(dataset.size(sdk::Split::train)) * data.lanes;
  return (units + videos - 1) / videos;
}

Lesson Parts::lesson() const {
  return {backbone, make_criterion(options, dataset), seed(), options.moment_smoothing, precision()};
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
