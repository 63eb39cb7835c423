#include "i3d_options.hpp"

namespace resnet3d {
namespace {

constexpr std::int64_t stem_kernel = 5;
const StageKernels cycles{{3}, {3, 1}, {3, 1}, {1, 3}};

}  // namespace

void I3dOptions::describe(pgt::sdk::Options& o) {
  C2dOptions::describe(o);
  temporal_blocks.describe(o);
}

void I3dOptions::check(pgt::sdk::Problems& problems) const {
  C2dOptions::check(problems);
  if (!temporal_blocks.count.empty()) check_stages(problems, "temporal_blocks", temporal_blocks.count);
  if (stage_blocks().size() > cycles.size()) problems.push_back({"blocks", "has more than 4 stages"});
}

Layout I3dOptions::layout(std::int64_t classes) const {
  return pooled_network(stem_kernel, temporal_blocks.kernels(stage_blocks(), cycles), classes);
}

}  // namespace resnet3d
