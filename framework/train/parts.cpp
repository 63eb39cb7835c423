#include "train/parts.hpp"

#include "base/random.hpp"
#include "train/loss.hpp"

namespace pgt::train {

Lesson Parts::lesson() const {
  const sdk::DatasetInfo info = dataset.info();
  return {backbone, resolve_loss(options.loss, info.task), std::ssize(info.classes), seed(), precision()};
}

Mix Parts::mix(const walk::ClipBatch& batch, std::int64_t epoch, std::int64_t iteration) const {
  return Mix(augment, batch.requests,
             Random(seed(), static_cast<std::uint64_t>(epoch), static_cast<std::uint64_t>(iteration), Purpose::mixing));
}

}  // namespace pgt::train
