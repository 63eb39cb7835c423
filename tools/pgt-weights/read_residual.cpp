// Residual networks of one pathway or two: slow, c2d, i3d, slowfast, r3d.

#include <algorithm>

#include "shapes.hpp"

namespace pgt::weights {
namespace {

using Numbers = std::vector<std::int64_t>;

struct Pathway {
  std::int64_t width = 0;
  std::int64_t stem_kernel = 0;        ///< frames
  std::vector<Numbers> kernels;        ///< frames; of each block of each stage
  std::vector<std::string> non_local;  ///< "s3.1"

  Numbers blocks() const {
    Numbers counts;
    for (const Numbers& stage : kernels) counts.push_back(static_cast<std::int64_t>(stage.size()));
    return counts;
  }
};

/// "s2.pathway0_res0": a block, or another part of a stage.
std::string part_of(std::size_t stage, int pathway, const std::string& part, std::int64_t number) {
  return "s" + std::to_string(stage) + ".pathway" + std::to_string(pathway) + "_" + part + std::to_string(number);
}

Pathway read_pathway(const Shapes& shapes, int number) {
  const std::string stem = "s1.pathway" + std::to_string(number) + "_stem.conv.weight";
  Pathway pathway{shapes.size(stem, 0), shapes.size(stem, 2), {}, {}};
  for (std::size_t stage = 2;; ++stage) {
    Numbers kernels;
    for (std::int64_t block = 0;; ++block) {
      const std::string first = part_of(stage, number, "res", block) + ".branch2.a.weight";
      if (!shapes.has(first)) break;
      kernels.push_back(shapes.size(first, 2));
      if (shapes.has(part_of(stage, number, "nonlocal", block) + ".conv_out.weight")) {
        pathway.non_local.push_back("s" + std::to_string(stage) + "." + std::to_string(block));
      }
    }
    if (kernels.empty()) return pathway;
    pathway.kernels.push_back(std::move(kernels));
  }
}

/// The largest kernel of each stage.
Numbers stage_kernels(const Pathway& pathway) {
  Numbers kernels;
  for (const Numbers& stage : pathway.kernels) kernels.push_back(*std::max_element(stage.begin(), stage.end()));
  return kernels;
}

bool all_one(const Pathway& pathway) {
  return std::ranges::all_of(stage_kernels(pathway), [](std::int64_t kernel) { return kernel == 1; });
}

/// In I3D every block of the first stage and every other one of the later ones looks across time.
bool is_i3d(const Pathway& pathway) {
  if (pathway.stem_kernel != 5) return false;
  for (std::size_t stage = 0; stage < pathway.kernels.size(); ++stage) {
    for (std::size_t block = 0; block < pathway.kernels[stage].size(); ++block) {
      const bool temporal = stage == 0 || block % 2 == (stage == 3 ? 1U : 0U);
      if (pathway.kernels[stage][block] != (temporal ? 3 : 1)) return false;
    }
  }
  return true;
}

/// How many of each stage's blocks, from the first on, look across time.
Numbers temporal_blocks(const Pathway& pathway) {
  Numbers counts;
  for (const Numbers& stage : pathway.kernels) {
    counts.push_back(std::ranges::count_if(stage, [](std::int64_t kernel) { return kernel > 1; }));
  }
  return counts;
}

void add_depth(const Numbers& blocks, bool bottleneck, std::vector<ModelLine>& lines) {
  std::int64_t depth = bottleneck ? 50 : 18;
  bool published = true;
  if (blocks == Numbers{3, 4, 23, 3}) {
    depth = 101;
  } else if (blocks == Numbers{3, 4, 6, 3}) {
    depth = bottleneck ? 50 : 34;
  } else {
    published = !bottleneck && blocks == Numbers{2, 2, 2, 2};
  }
  lines.push_back({"depth", depth, {}});
  lines.push_back({"blocks", blocks, {}});
  if (published) lines.back().as_good.push_back(Numbers{});
}

/// Kernels of `option` for the stages, and which blocks have them.
void add_kernels(const Pathway& pathway, const std::string& option, std::vector<ModelLine>& lines) {
  lines.push_back({option, stage_kernels(pathway), {}});
  const Numbers counts = temporal_blocks(pathway);
  if (all_one(pathway) || option.starts_with("fast")) return;
  lines.push_back({"temporal_blocks", counts, {}});
  const Numbers kernels = stage_kernels(pathway), blocks = pathway.blocks();
  bool all = true;
  for (std::size_t i = 0; i < counts.size(); ++i) all &= kernels[i] == 1 || counts[i] == blocks[i];
  if (all) lines.back() = {"temporal_blocks", Numbers{}, {blocks, counts}};
}

void add_slowfast(const Shapes& shapes, const Pathway& slow, const Pathway& fast, std::vector<ModelLine>& lines) {
  add_kernels(slow, "temporal_kernels", lines);
  lines.push_back({"stem_temporal_kernel", slow.stem_kernel, {}});
  lines.push_back({"width_ratio", slow.width / std::max<std::int64_t>(1, fast.width), {}});
  add_kernels(fast, "fast_temporal_kernels", lines);
  lines.push_back({"fast_stem_temporal_kernel", fast.stem_kernel, {}});
  const std::string lateral = "s1_fuse.conv_f2s.weight";
  lines.push_back({"lateral_ratio", shapes.size(lateral, 0) / std::max<std::int64_t>(1, shapes.size(lateral, 1)), {}});
  lines.push_back({"lateral_kernel", shapes.size(lateral, 2), {}});
  lines.push_back({"lateral_norm", shapes.has("s1_fuse.bn.weight"), {}});
  lines.push_back({"fast_nonlocal", fast.non_local, {}});
}

/// A network of two convolutions per block, both across time and space, or each of them a convolution across space and
/// one across time.
bool is_r3d(const Shapes& shapes) {
  const std::string block = "s2.pathway0_res0.branch2.";
  if (shapes.has("s1.pathway0_stem.conv_xy.weight")) return shapes.has(block + "d.weight");
  return !shapes.has(block + "c.weight") && shapes.size(block + "b.weight", 2) > 1;
}

void add_r3d(const Shapes& shapes, const Pathway& pathway, std::vector<ModelLine>& lines) {
  std::string form = stage_kernels(pathway).back() > 1 ? "r3d" : "mc3";
  if (shapes.has("s1.pathway0_stem.conv_xy.weight")) form = "r2plus1d";
  lines.push_back({"form", form, {}});
}

/// Of bottlenecks, whose 3×3 convolutions may be in groups.
void add_groups(const Shapes& shapes, std::int64_t width, std::vector<ModelLine>& lines) {
  const std::string grouped = "s2.pathway0_res0.branch2.b.weight";
  const std::int64_t inner = shapes.size(grouped, 0), of_group = shapes.size(grouped, 1);
  if (inner == width && of_group == width) return;
  lines.push_back({"groups", inner / std::max<std::int64_t>(1, of_group), {}});
  lines.push_back({"width_per_group", of_group, {}});
  if (of_group == width) lines.back().as_good.push_back(std::int64_t{0});
}

/// What has the names of our residual networks, but other convolutions than they have.
std::string foreign_convolutions(const Shapes& shapes) {
  const std::string block = "s2.pathway0_res0.branch2.";
  if (!shapes.has(block + "c.weight") || shapes.has(block + "d.weight")) return "";
  if (shapes.size(block + "b.weight", 2) == 1) return "";
  return shapes.size(block + "b.weight", 1) == 1 ? "CSN" : "3D ResNet with bottlenecks of 3×3×3 convolutions";
}

}  // namespace

ModelSection read_residual(const Shapes& shapes, bool pooled_time) {
  const Pathway pathway = read_pathway(shapes, 0);
  ModelSection section;
  if (pathway.width == 0 || pathway.kernels.empty()) return section;
  section.foreign = foreign_convolutions(shapes);
  if (!section.foreign.empty()) return section;

  const Pathway fast = read_pathway(shapes, 1);
  std::vector<ModelLine>& lines = section.lines;
  std::string use = "slow";
  if (fast.width > 0) {
    use = "slowfast";
  } else if (is_r3d(shapes)) {
    use = "r3d";
  } else if (pooled_time || shapes.pictures()) {
    use = is_i3d(pathway) ? "i3d" : "c2d";
  } else if (is_i3d(pathway)) {
    use = "i3d";
  }
  lines.push_back({"use", use, {}});
  if (shapes.pictures()) lines.back().as_good = {std::string("i3d"), std::string("slow")};
  if (use == "slow" && all_one(pathway)) lines.back().as_good = {std::string("c2d")};
  const bool bottleneck = shapes.has("s2.pathway0_res0.branch2.c.weight") && use != "r3d";
  add_depth(pathway.blocks(), bottleneck, lines);
  lines.push_back({"width", pathway.width, {}});
  if (bottleneck) add_groups(shapes, pathway.width, lines);
  if (use == "slowfast") add_slowfast(shapes, pathway, fast, lines);
  if (use == "r3d") add_r3d(shapes, pathway, lines);
  if (use == "slow") {
    add_kernels(pathway, "temporal_kernels", lines);
    lines.push_back({"stem_temporal_kernel", pathway.stem_kernel, {}});
  }
  if (pooled_time && (use == "c2d" || use == "i3d")) {
    lines.push_back({"pool_frames", std::int64_t{2}, {}, /*in_shapes=*/false});
  }
  lines.push_back({"nonlocal", pathway.non_local, {}});
  lines.push_back(norm_line(shapes));
  return section;
}

}  // namespace pgt::weights
