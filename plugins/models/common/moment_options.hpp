/// What scores moments, as a run file says it.
#pragma once

#include <cstdint>
#include <optional>

#include <pgt/sdk/options.hpp>

#include "models/common/moment_layout.hpp"
#include "models/common/pool_layout.hpp"

namespace pgt::models {

struct MomentOptions {
  MomentKind kind = MomentKind::linear;
  std::int64_t layers = 0;
  std::int64_t width = 128;

  void describe(pgt::sdk::Options& o);
  /// `scored`: the head scores moments. Reports options that would do nothing because it does not, and a head's window
  /// that is smaller than the map: a moment has one place.
  void check(pgt::sdk::Problems& problems, bool scored, const PoolLayout& pool) const;
  MomentLayout layout() const;
};

enum class HeadKind { basic, moments };

/// Of the families whose head scores either videos or moments.
struct HeadOptions {
  HeadKind kind = HeadKind::basic;
  MomentOptions moments;

  void describe(pgt::sdk::Options& o);
  void check(pgt::sdk::Problems& problems, const PoolLayout& pool) const;
  /// None where it scores videos.
  std::optional<MomentLayout> layout() const;
};

}  // namespace pgt::models
