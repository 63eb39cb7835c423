#include "temporal_blocks.hpp"

namespace resnet3d {

void TemporalBlocks::describe(pgt::sdk::Options& o) {
  o("temporal_blocks", count)
      .range(0, 100)
      .help("how many of each stage's first blocks have its temporal kernel; empty: all");
}

StageKernels TemporalBlocks::kernels(const std::vector<std::int64_t>& blocks, const StageKernels& cycles) const {
  StageKernels kernels;
  for (std::size_t stage = 0; stage < blocks.size(); ++stage) {
    const std::vector<std::int64_t>& cycle = cycles.at(stage);
    std::vector<std::int64_t>& stage_kernels = kernels.emplace_back(static_cast<std::size_t>(blocks[stage]), 1);
    for (std::size_t i = 0; i < stage_kernels.size(); ++i) {
      if (count.empty() || static_cast<std::int64_t>(i) < count.at(stage)) stage_kernels[i] = cycle[i % cycle.size()];
    }
  }
  return kernels;
}

}  // namespace resnet3d
