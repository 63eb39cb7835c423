/// What a normalisation is, as plain data.
#pragma once

#include <cstdint>

namespace pgt::models {

enum class NormKind { batch, frozen, group, layer };

struct NormLayout {
  NormKind kind = NormKind::batch;
  std::int64_t groups = 1;  ///< of channels, for NormKind::group
};

}  // namespace pgt::models
