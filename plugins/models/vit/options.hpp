/// What a run file may say about a video transformer.
#pragma once

#include <cstdint>

#include <pgt/sdk/options.hpp>

#include "models/common/moment_options.hpp"

namespace vit {

enum class Attention {
  divided,  ///< across time at each place, then across the places of each frame
  joint,    ///< across all places of all frames at once
};

struct Options {
  Attention attention = Attention::divided;
  std::int64_t patch = 16;
  std::int64_t tubelet = 1;
  std::int64_t width = 384;
  std::int64_t depth = 12;
  std::int64_t heads = 6;
  std::int64_t mlp_ratio = 4;
  std::int64_t memory = 8;
  pgt::models::HeadOptions head;
  double dropout = 0.0;

  void describe(pgt::sdk::Options& o);
  void check(pgt::sdk::Problems& problems) const;
};

}  // namespace vit
