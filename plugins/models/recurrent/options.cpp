#include "options.hpp"

#include <string>

namespace recurrent {

using pgt::models::NormKind;

void Options::describe(pgt::sdk::Options& o) {
  o("depth", depth).one_of({18, 34, 50}).help("layers of the network that sees each frame; 50 has bottlenecks");
  o("blocks", blocks).range(1, 100).help("blocks per stage, instead of those that depth implies");
  o("width", width)
      .range(1, 4096)
      .unit("channels")
      .help("channels of the stem and the first stage; doubles with every stage");
  o("stem", stem, {{"imagenet", Stem::imagenet}, {"small", Stem::small}})
      .help("imagenet: 7×7 and max pooling; small: 3×3 only, for pictures under 100 pixels");
  o("norm", norm, {{"frozen", NormKind::frozen}, {"group", NormKind::group}})
      .help("frozen: with pre-trained weights, whose statistics it keeps; group: to train from scratch");
  o("norm_groups", norm_groups).range(1, 4096).help("number of channel groups, for norm = \"group\"");
  o("cell", cell, {{"gru", CellKind::gru}, {"lstm", CellKind::lstm}}).help("what remembers");
  o("state_width", state_width).range(1, 8192).unit("channels").help("numbers that the state has in each layer");
  o("state_layers", state_layers).range(1, 8).help("layers of the recurrent network");
  o("head", head, {{"basic", Head::basic}, {"moments", Head::moments}})
      .help("basic: scores each video, by the state after a step's last frame; moments: scores every frame");
  o("dropout", dropout).range(0.0, 1.0).help("dropout rate before the classifier");
}

void Options::check(pgt::sdk::Problems& problems) const {
  if (stage_blocks().size() > 8) problems.push_back({"blocks", "has more than 8 stages"});
  if (norm == NormKind::group && width % norm_groups != 0) {
    problems.push_back({"norm_groups", "must divide width (" + std::to_string(width) + ")"});
  }
}

std::vector<std::int64_t> Options::stage_blocks() const {
  if (!blocks.empty()) return blocks;
  if (depth == 18) return {2, 2, 2, 2};
  return {3, 4, 6, 3};
}

}  // namespace recurrent
