/// Which blocks of a stage look across time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <pgt/sdk/options.hpp>

#include "layout.hpp"

namespace resnet3d {

/// The option `temporal_blocks`. Source: docs/method.md M6.2.
struct TemporalBlocks {
  std::vector<std::int64_t> count{};  ///< of each stage, from its first block on; empty: all of them

  void describe(pgt::sdk::Options& o);
  /// The kernel of each block: those of `cycles[stage]` in turn, 1 after the first `count[stage]` blocks.
  StageKernels kernels(const std::vector<std::int64_t>& blocks, const StageKernels& cycles) const;
};

}  // namespace resnet3d
