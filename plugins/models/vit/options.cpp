#include "options.hpp"

#include <string>

namespace vit {

void Options::describe(pgt::sdk::Options& o) {
  o("attention", attention, {{"divided", Attention::divided}, {"joint", Attention::joint}})
      .help("divided: across time, then across space (TimeSformer); joint: across both at once (ViT)");
  o("patch", patch).range(1, 256).unit("pixels").help("side of a token's square; data.size must be a multiple of it");
  o("tubelet", tubelet)
      .range(1, 16)
      .unit("frames")
      .help("frames per token; the frames of a step must be a multiple of it, and the head carries overlap tokens");
  o("width", width).range(8, 4096).unit("channels").help("channels per token");
  o("depth", depth).range(1, 64).unit("blocks").help("number of blocks");
  o("heads", heads).range(1, 64).help("attention heads per block");
  o("mlp_ratio", mlp_ratio).range(1, 16).help("width of the MLPs divided by that of a token");
  o("memory", memory)
      .range(0, 1024)
      .unit("tokens")
      .help("tokens in time at a step's end whose keys and values the next step attends to; 0: none");
  head.describe(o);
  o("dropout", dropout).range(0, 0.95).help("dropout rate before the classifier");
}

void Options::check(pgt::sdk::Problems& problems) const {
  // Rotations turn pairs of a head's channels, positions give a quarter of a token's to each of four waves.
  if (width % (2 * heads) != 0) {
    problems.push_back({"width", "must be a multiple of twice heads (" + std::to_string(2 * heads) + ")"});
  }
  if (width % 4 != 0) problems.push_back({"width", "must be a multiple of 4"});
}

}  // namespace vit
