#include "slowfast_options.hpp"

namespace resnet3d {

void SlowFastOptions::describe(pgt::sdk::Options& o) {
  SlowOptions::describe(o);
  o("frame_ratio", frame_ratio).range(1, 64).help("frames of the fast pathway per frame of the slow one");
  o("width_ratio", width_ratio).range(1, 64).help("channels of the slow pathway per channel of the fast one");
  o("fast_temporal_kernels", fast_temporal_kernels)
      .range(1, 15)
      .unit("frames")
      .help("temporal kernel of each stage of the fast pathway, odd");
  o("fast_stem_temporal_kernel", fast_stem_temporal_kernel)
      .range(1, 15)
      .unit("frames")
      .help("temporal kernel of the fast pathway's stem, odd");
  o("lateral_ratio", lateral_ratio).range(1, 64).help("lateral channels per channel of the fast pathway");
  o("lateral_kernel", lateral_kernel)
      .range(1, 31)
      .unit("frames")
      .help("temporal kernel of the lateral convolutions, odd");
  o("lateral_norm", lateral_norm).help("normalise the lateral features; false: the convolutions have biases instead");
  o("lateral_relu", lateral_relu).help("apply ReLU to the lateral features");
  o("fast_nonlocal", fast_non_local).help("blocks of the fast pathway followed by a non-local block");
  o("stem_pool_padding", stem_pool_padding).help("pad the stems' max pooling; some published weights need false");
}

void SlowFastOptions::check(pgt::sdk::Problems& problems) const {
  SlowOptions::check(problems);
  check_stages(problems, "fast_temporal_kernels", fast_temporal_kernels);
  for (const std::int64_t kernel : fast_temporal_kernels) check_odd(problems, "fast_temporal_kernels", kernel);
  check_odd(problems, "fast_stem_temporal_kernel", fast_stem_temporal_kernel);
  check_odd(problems, "lateral_kernel", lateral_kernel);
  check_places(problems, "fast_nonlocal", fast_non_local, stage_blocks());
  if (width % width_ratio != 0) {
    problems.push_back({"width_ratio", "must divide width (" + std::to_string(width) + ")"});
  } else {
    norm.check(problems, width / width_ratio, "the fast pathway's width");
    if (inner_width() % (groups * width_ratio) != 0) {
      problems.push_back(
          {"width_ratio", "must divide width_per_group (" + std::to_string(inner_width() / groups) + ")"});
    } else if (inner_width() != width) {
      norm.check(problems, inner_width() / width_ratio, "the fast pathway's groups times width_per_group");
    }
  }
}

std::vector<LateralLayout> SlowFastOptions::laterals(const PathwayLayout& fast) const {
  std::vector<std::int64_t> channels{fast.stem.conv.out};
  for (const auto& stage : fast.stages) channels.push_back(out_channels(stage.back()));
  channels.pop_back();

  std::vector<LateralLayout> laterals;
  for (const std::int64_t in : channels) {
    const ConvLayout conv{.in = in,
                          .out = lateral_ratio * in,
                          .temporal_kernel = lateral_kernel,
                          .temporal_stride = frame_ratio,
                          .bias = !lateral_norm};
    laterals.push_back({conv, lateral_norm, lateral_relu});
  }
  return laterals;
}

Layout SlowFastOptions::layout(std::int64_t classes) const {
  const auto kernels = [&](const std::vector<std::int64_t>& stages) {
    return temporal_blocks.kernels(stage_blocks(), one_each(stages));
  };
  PathwayLayout fast = pathway(
      {width / width_ratio, inner_width() / width_ratio, fast_stem_temporal_kernel, kernels(fast_temporal_kernels)});
  std::vector<LateralLayout> from_fast = laterals(fast);
  PathwayShape shape{width, inner_width(), stem_temporal_kernel, kernels(temporal_kernels)};
  for (const LateralLayout& lateral : from_fast) shape.lateral.push_back(lateral.conv.out);
  PathwayLayout slow = pathway(shape);
  slow.stem.pool_padding = fast.stem.pool_padding = stem_pool_padding;

  Layout layout = network({slow, fast}, classes);
  non_local.add_to(layout.pathways.back(), fast_non_local, layout.norm);
  layout.frame_ratio = layout.head.frame_ratio = frame_ratio;
  layout.laterals = std::move(from_fast);
  return layout;
}

}  // namespace resnet3d
