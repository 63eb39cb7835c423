/// What a normalisation is, as plain data.
#pragma once

#include <cstdint>

namespace pgt::models {

enum class NormKind { batch, sync_batch, sub_batch, frozen, group, layer };

struct NormLayout {
  NormKind kind = NormKind::batch;
  std::int64_t groups = 1;  ///< of channels, for NormKind::group
  std::int64_t splits = 1;  ///< of the batch, for NormKind::sub_batch
};

}  // namespace pgt::models
