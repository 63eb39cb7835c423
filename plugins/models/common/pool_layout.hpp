/// How a head pools, as plain data, and as a run file says it.
#pragma once

#include <cstdint>

#include <pgt/sdk/options.hpp>

namespace pgt::models {

enum class Pool { average, max };

struct PoolLayout {
  Pool spatial = Pool::average;
  Pool temporal = Pool::average;
  std::int64_t window = 0;  ///< pixels of the map that are pooled into one position, stride 1; 0: the whole map

  void describe(pgt::sdk::Options& o);
};

}  // namespace pgt::models
