#include "options.hpp"

#include <string>

namespace regnet {

void Options::describe(pgt::sdk::Options& o) {
  o("blocks", blocks).range(1, 100).help("blocks per stage");
  o("widths", widths).range(1, 16384).unit("channels").help("channels of each stage");
  o("strides", strides).range(1, 8).unit("pixels").help("spatial stride of each stage");
  o("temporal_kernels", temporal_kernels)
      .range(1, 15)
      .unit("frames")
      .help("temporal kernel of each stage's blocks, odd");
  o("stem_width", stem_width).range(1, 4096).unit("channels").help("channels of the stem");
  o("groups", groups).range(1, 4096).help("number of groups (not their width) in the 3×3 convolutions");
  norm.describe(o);
  o("zero_init_final_norm", zero_init_final_norm).help("start every block as the identity");
  head.describe(o);
  pool.describe(o);
  o("dropout", dropout).range(0.0, 1.0).help("dropout rate before the classifier");
}

void Options::check(pgt::sdk::Problems& problems) const {
  const auto check_length = [&](const std::string& name, const std::vector<std::int64_t>& list) {
    if (list.size() == blocks.size()) return;
    problems.push_back({name, "has " + std::to_string(list.size()) + " values, but there are " +
                                  std::to_string(blocks.size()) + " stages (in blocks)"});
  };
  check_length("widths", widths);
  check_length("strides", strides);
  check_length("temporal_kernels", temporal_kernels);
  if (blocks.empty() || blocks.size() > 8) problems.push_back({"blocks", "must have 1 to 8 stages"});
  for (const std::int64_t kernel : temporal_kernels) {
    if (kernel % 2 == 0) problems.push_back({"temporal_kernels", std::to_string(kernel) + " is not odd"});
  }
  for (const std::int64_t width : widths) {
    if (width % groups != 0) {
      problems.push_back(
          {"widths", std::to_string(width) + " is not a multiple of groups (" + std::to_string(groups) + ")"});
    }
    norm.check(problems, width, "every width");
  }
  norm.check(problems, stem_width, "stem_width");
  head.check(problems, pool);
}

}  // namespace regnet
