#include "models/common/norm_options.hpp"

#include <string>

namespace pgt::models {

void NormOptions::describe(pgt::sdk::Options& o) {
  o("norm", kind,
    {{"batch", NormKind::batch},
     {"sync_batch", NormKind::sync_batch},
     {"sub_batch", NormKind::sub_batch},
     {"frozen", NormKind::frozen},
     {"group", NormKind::group}})
      .help("normalisation layer; batch statistics differ between steps, so prefer group or frozen with small batches");
  o("norm_groups", groups).range(1, 4096).help("number of channel groups, for norm = \"group\"");
  o("norm_splits", splits)
      .range(1, 4096)
      .help("parts of the batch, each with its own statistics, for norm = \"sub_batch\"");
}

void NormOptions::check(pgt::sdk::Problems& problems, std::int64_t channels, const std::string& what) const {
  if (kind != NormKind::group || channels % groups == 0) return;
  problems.push_back({"norm_groups", "must divide " + what + " (" + std::to_string(channels) + ")"});
}

}  // namespace pgt::models
