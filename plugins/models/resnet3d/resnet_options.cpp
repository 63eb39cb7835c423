#include "resnet_options.hpp"

#include <utility>

namespace resnet3d {
namespace {

constexpr std::int64_t input_channels = 3;
constexpr std::int64_t expansion = 4;  // of a bottleneck

}  // namespace

void ResNetOptions::describe(pgt::sdk::Options& o) {
  o("depth", depth)
      .one_of({18, 34, 50, 101})
      .help("number of layers; 18 and 34 have basic blocks, 50 and 101 bottlenecks");
  o("blocks", blocks).range(1, 100).help("blocks per stage, instead of those that depth implies");
  o("width", width)
      .range(1, 4096)
      .unit("channels")
      .help("channels of the stem and the first stage; doubles with every stage");
  o("groups", groups)
      .range(1, 4096)
      .help("groups of channels in the bottlenecks' 3×3 convolutions, which do not see each other (ResNeXt)");
  o("width_per_group", width_per_group)
      .range(0, 4096)
      .unit("channels")
      .help(
          "channels of a group in the first stage; doubles with every stage; 0: width. ResNeXt 32×4d: groups = 32, "
          "width_per_group = 4");
  o("strides", strides).range(1, 8).unit("pixels").help("spatial stride of each stage");
  o("dilations", dilations).range(1, 8).unit("pixels").help("dilation of each stage's 3×3 convolutions; empty: 1");
  o("stem", stem, {{"imagenet", StemKind::imagenet}, {"unpooled", StemKind::unpooled}, {"small", StemKind::small}})
      .help("imagenet: 7×7 and max pooling; unpooled: 7×7 only; small: 3×3 only, for pictures under 100 pixels");
  o("stem_stride", stem_stride).range(1, 8).unit("pixels").help("stride of the stem's convolution");
  norm.describe(o);
  o("zero_init_final_norm", zero_init_final_norm).help("start every block as the identity");
  o("head", head, {{"basic", HeadKind::basic}, {"roi", HeadKind::roi}, {"moments", HeadKind::moments}})
      .help("basic: scores each video; roi: scores each box (detection); moments: scores every moment of a video");
  moments.describe(o);
  pool.describe(o);
  o("roi_resolution", roi_resolution).range(1, 64).help("bins per side of a box, for head = \"roi\"");
  o("roi_align", roi_align, {{"aligned", RoiAlign::aligned}, {"legacy", RoiAlign::legacy}})
      .help("legacy: boxes shifted by half a place and at least one place large, as in the published code");
  o("dropout", dropout).range(0.0, 1.0).help("dropout rate before the classifier");
  non_local.describe(o);
}

void ResNetOptions::check_stages(pgt::sdk::Problems& problems, const std::string& name,
                                 const std::vector<std::int64_t>& list) const {
  const std::size_t stages = stage_blocks().size();
  if (list.size() == stages) return;
  problems.push_back({name, "has " + std::to_string(list.size()) + " values, but there are " + std::to_string(stages) +
                                " stages (" + (blocks.empty() ? "of depth " + std::to_string(depth) : "in blocks") +
                                ")"});
}

void ResNetOptions::check(pgt::sdk::Problems& problems) const {
  check_stages(problems, "strides", strides);
  if (!dilations.empty()) check_stages(problems, "dilations", dilations);
  norm.check(problems, width, "width");
  if (depth < 50) {
    if (groups > 1) problems.push_back({"groups", "needs bottlenecks: depth = 50 or 101"});
    if (width_per_group > 0) problems.push_back({"width_per_group", "needs bottlenecks: depth = 50 or 101"});
  } else if (inner_width() != width) {
    norm.check(problems, inner_width(), "groups times width_per_group");
  }
  if (stage_blocks().size() > 8) problems.push_back({"blocks", "has more than 8 stages"});
  if (head == HeadKind::roi && pool.window != 0) {
    problems.push_back({"head_window", "must be 0 with head = \"roi\", which pools boxes"});
  }
  moments.check(problems, head == HeadKind::moments, pool);
  non_local.check(problems, stage_blocks());
}

std::vector<std::int64_t> ResNetOptions::stage_blocks() const {
  if (!blocks.empty()) return blocks;
  if (depth == 18) return {2, 2, 2, 2};
  if (depth == 101) return {3, 4, 23, 3};
  return {3, 4, 6, 3};
}

PathwayLayout ResNetOptions::pathway(const PathwayShape& shape) const {
  PathwayLayout layout;
  layout.stem.conv = {.in = input_channels,
                      .out = shape.width,
                      .temporal_kernel = shape.stem_temporal_kernel,
                      .kernel = stem == StemKind::small ? 3 : 7,
                      .stride = stem_stride};
  layout.stem.max_pool = stem == StemKind::imagenet;

  const auto make_block = shape.block ? shape.block : depth >= 50 ? &bottleneck_block : &basic_block;
  std::int64_t channels = shape.width;
  std::int64_t inner = shape.inner;
  std::int64_t out = expansion * shape.width;
  for (std::size_t stage = 0; stage < shape.kernels.size(); ++stage) {
    if (!shape.lateral.empty()) channels += shape.lateral[stage];
    std::vector<BlockLayout>& stage_layout = layout.stages.emplace_back();
    for (std::size_t i = 0; i < shape.kernels[stage].size(); ++i) {
      const BlockShape block{
          .in = channels,
          .inner = inner,
          .temporal_kernel = shape.kernels[stage][i],
          .stride = i == 0 ? strides[stage] : 1,
          .dilation = dilations.empty() ? 1 : dilations[stage],
          .temporal_stride = i == 0 && !shape.temporal_strides.empty() ? shape.temporal_strides[stage] : 1,
          .out = out,
          .groups = groups};
      stage_layout.push_back(make_block(block));
      channels = out_channels(stage_layout.back());
    }
    inner *= 2;
    out *= 2;
  }
  return layout;
}

Layout ResNetOptions::network(std::vector<PathwayLayout> pathways, std::int64_t classes) const {
  Layout layout;
  layout.norm = norm.layout();
  layout.zero_init_final_norm = zero_init_final_norm;
  layout.head.classes = classes;
  layout.head.pool = pool;
  layout.head.dropout = dropout;
  if (head == HeadKind::roi) {
    layout.head.roi = {roi_resolution, roi_align == RoiAlign::aligned, spatial_stride(pathways.front())};
  }
  if (head == HeadKind::moments) layout.head.moments = moments.layout();
  for (const PathwayLayout& pathway : pathways) layout.head.in.push_back(out_channels(pathway.stages.back().back()));
  layout.pathways = std::move(pathways);
  non_local.add_to(layout.pathways.front(), non_local.places, layout.norm);
  return layout;
}

void check_odd(pgt::sdk::Problems& problems, const std::string& name, std::int64_t kernel) {
  if (kernel % 2 == 0) problems.push_back({name, std::to_string(kernel) + " is not odd"});
}

}  // namespace resnet3d
