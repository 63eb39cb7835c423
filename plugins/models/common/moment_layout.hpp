/// What scores moments, as plain data.
#pragma once

#include <cstdint>

namespace pgt::models {

/// linear      each moment by itself
/// gru         with a recurrent state, which is carried
/// causal_tcn  with convolutions over the moments before it, which are carried
/// tcn         with convolutions over the moments before and after it that the fragment has
enum class MomentKind { linear, gru, causal_tcn, tcn };

struct MomentLayout {
  MomentKind kind = MomentKind::linear;
  std::int64_t layers = 1;  ///< not of `linear`
  std::int64_t width = 1;   ///< channels within; not of `linear`
};

}  // namespace pgt::models
