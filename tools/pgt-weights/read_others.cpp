// X3D, RegNet and transformers.

#include <algorithm>

#include "shapes.hpp"

namespace pgt::weights {
namespace {

using Numbers = std::vector<std::int64_t>;

constexpr std::int64_t x3d_width = 96;   ///< channels of its last stage, before the width factor
constexpr std::int64_t x3d_blocks = 5;   ///< of its third stage, before the depth factor
constexpr std::int64_t head_width = 64;  ///< channels of a head of attention in published transformers

/// Names of published sizes, all of equal value.
std::vector<std::string> x3d_sizes(std::int64_t width, const Numbers& blocks) {
  if (width == 24 && blocks == Numbers{3, 5, 11, 7}) return {"m", "s", "xs"};
  if (width == 24 && blocks == Numbers{5, 10, 25, 15}) return {"l"};
  if (width == 32 && blocks == Numbers{5, 10, 25, 15}) return {"xl"};
  return {};
}

double ratio(std::int64_t a, std::int64_t b) {
  return static_cast<double>(a) / static_cast<double>(std::max<std::int64_t>(1, b));
}

std::string stage_of(int stage) { return "s" + std::to_string(stage) + ".pathway0_res"; }

}  // namespace

ModelSection read_x3d(const Shapes& shapes) {
  ModelSection section;
  const std::string stem = "s1.pathway0_stem.conv_xy.weight";
  if (!shapes.has(stem) || !shapes.has("s2.pathway0_res0.branch2.c.weight") ||
      shapes.size("s2.pathway0_res0.branch2.b.weight", 1) != 1) {
    return section;
  }
  Numbers blocks, kernels;
  for (int stage = 2; shapes.has(stage_of(stage) + "0.branch2.a.weight"); ++stage) {
    blocks.push_back(shapes.count(stage_of(stage), ".branch2.a.weight"));
    kernels.push_back(shapes.size(stage_of(stage) + "0.branch2.b.weight", 2));
  }
  const std::int64_t width = shapes.size(stem, 0);
  const bool wide_first = shapes.size("s2.pathway0_res0.branch2.c.weight", 0) > width;
  const std::int64_t inner = shapes.size("s2.pathway0_res0.branch2.c.weight", 1);
  const std::int64_t out = shapes.size("s2.pathway0_res0.branch2.c.weight", 0);
  std::vector<ModelLine>& lines = section.lines;
  lines.push_back({"use", std::string("x3d"), {}});
  lines.push_back({"scale_res2", wide_first, {}});
  const std::vector<std::string> sizes = x3d_sizes(width, blocks);
  if (!sizes.empty()) {
    lines.push_back({"size", sizes.front(), {sizes.begin(), sizes.end()}});
  } else if (blocks.size() > 2) {
    // Of the widest stage, whose channels are rounded the least.
    const std::string last = stage_of(static_cast<int>(blocks.size()) + 1) + "0.branch2.c.weight";
    lines.push_back({"width_factor", ratio(shapes.size(last, 0), wide_first ? 2 * x3d_width : x3d_width), {}});
    lines.push_back({"depth_factor", ratio(blocks[2], x3d_blocks), {}});
  }
  lines.push_back({"bottleneck_factor", ratio(inner, out), {}});
  lines.push_back({"stem_temporal_kernel", shapes.size("s1.pathway0_stem.conv.weight", 2), {}});
  lines.push_back({"temporal_kernels", kernels, {}});
  const bool head_norm = shapes.has("head.lin_5_bn.weight");
  const std::string head = head_norm ? "head.lin_5_bn.weight" : "head.lin_5.weight";
  if (shapes.has(head)) {
    lines.push_back({"lin_5_width", shapes.size(head, 0), {}});
    lines.push_back({"lin_5_norm", head_norm, {}});
  }
  lines.push_back(norm_line(shapes));
  return section;
}

/// Blocks whose three convolutions have one width; other names of them are those of a residual network.
ModelSection read_regnet(const Shapes& shapes) {
  ModelSection section;
  const std::string block = "s2.pathway0_res0.branch2.";
  const std::int64_t channels = shapes.size(block + "b.weight", 0);
  const std::int64_t per_group = shapes.size(block + "b.weight", 1);
  if (per_group <= 1 || per_group >= channels || shapes.size(block + "c.weight", 0) != channels) return section;
  Numbers blocks, widths, kernels;
  for (int stage = 2; shapes.has(stage_of(stage) + "0.branch2.a.weight"); ++stage) {
    blocks.push_back(shapes.count(stage_of(stage), ".branch2.a.weight"));
    widths.push_back(shapes.size(stage_of(stage) + "0.branch2.a.weight", 0));
    kernels.push_back(shapes.size(stage_of(stage) + "0.branch2.a.weight", 2));
  }
  section.lines = {{"use", std::string("regnet"), {}},
                   {"blocks", blocks, {}},
                   {"widths", widths, {}},
                   {"temporal_kernels", kernels, {}},
                   {"stem_width", shapes.size("s1.pathway0_stem.conv.weight", 0), {}},
                   {"groups", channels / per_group, {}},
                   norm_line(shapes)};
  return section;
}

ModelSection read_transformer(const Shapes& shapes) {
  ModelSection section;
  const std::string patch = "patch_embed.proj.weight", perceptron = "blocks.0.mlp.fc1.weight";
  const std::int64_t width = shapes.size(patch, 0);
  if (width == 0 || !shapes.has(perceptron)) return section;
  const bool divided = shapes.has("blocks.0.temporal_fc.weight");
  section.lines = {{"use", std::string("vit"), {}},
                   {"attention", std::string(divided ? "divided" : "joint"), {}},
                   {"patch", shapes.size(patch, 3), {}},
                   {"tubelet", shapes.size(patch, 2), {}},
                   {"width", width, {}},
                   {"depth", shapes.count("blocks.", ".mlp.fc1.weight"), {}},
                   {"mlp_ratio", shapes.size(perceptron, 0) / width, {}}};
  if (shapes.pictures() && !divided) section.lines[1].as_good = {std::string("divided")};
  if (shapes.pictures()) section.lines[3].as_good = {std::int64_t{2}};
  if (width % head_width == 0) section.lines.push_back({"heads", width / head_width, {}, /*in_shapes=*/false});
  return section;
}

}  // namespace pgt::weights
