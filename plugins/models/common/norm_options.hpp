/// Normalisation as a run file says it.
#pragma once

#include <cstdint>
#include <string>

#include <pgt/sdk/options.hpp>

#include "models/common/norm_layout.hpp"

namespace pgt::models {

struct NormOptions {
  NormKind kind = NormKind::batch;
  std::int64_t groups = 4;
  std::int64_t splits = 2;

  void describe(pgt::sdk::Options& o);
  /// `channels`, which the text calls `what`, must be a multiple of the groups.
  void check(pgt::sdk::Problems& problems, std::int64_t channels, const std::string& what) const;
  NormLayout layout() const { return {kind, groups, splits}; }
};

}  // namespace pgt::models
