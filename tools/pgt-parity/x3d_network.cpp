#include "x3d_network.hpp"

#include "network_reading.hpp"

namespace pgt::parity {

using nlohmann::json;

void describe_x3d(const json& network, sdk::OptionSet& options) {
  const json& x3d = network.at("x3d");
  require_known(
      network, "the backbone",
      {"depth_name", "family", "head", "input_channels", "nominal_crop_size", "nonlocal", "norm", "num_classes",
       "pathways", "stage_blocks", "temporal_kernels_per_pathway", "temporal_pool_after_res2", "x3d"});
  require_known(x3d, "x3d",
                {"bottleneck_factor", "depth_factor", "depthwise", "lin5_norm", "lin5_width", "scale_res2",
                 "se_on_even_block_indices", "se_ratio", "stage_inner_widths", "stage_out_widths",
                 "stage_spatial_strides", "stem_base_width", "stem_width", "width_factor"});
  require(network.at("input_channels") == 3, "other input than red, green and blue");
  require(network.at("nonlocal").is_null(), "non-local blocks");
  require(the_same(network.at("temporal_pool_after_res2"), "pooling of time") == 1, "pooling of time");
  require(x3d.at("stem_base_width") == 12, "other width of the stem before its factor than 12");
  require(x3d.at("se_on_even_block_indices").get<bool>(), "other squeezes than in every second block");
  require(x3d.at("se_ratio") == 0.0625, "other squeezes than to a sixteenth");
  require(the_same(x3d.at("stage_spatial_strides"), "stages of different strides") == 2, "other strides than 2");
  require(x3d.at("depthwise").get<bool>(), "full convolutions");
  set(options, "width_factor", x3d.at("width_factor").get<double>());
  set(options, "depth_factor", x3d.at("depth_factor").get<double>());
  set(options, "bottleneck_factor", x3d.at("bottleneck_factor").get<double>());
  set(options, "scale_res2", x3d.at("scale_res2").get<bool>());
  set(options, "lin_5_width", x3d.at("lin5_width").get<std::int64_t>());
  set(options, "lin_5_norm", x3d.at("lin5_norm").get<bool>());
  const json& kernels = network.at("temporal_kernels_per_pathway");
  set(options, "stem_temporal_kernel", kernels.at("stem").at(0).get<std::int64_t>());
  std::vector<std::int64_t> stages;
  for (const char* stage : {"res2", "res3", "res4", "res5"}) {
    stages.push_back(the_same(kernels.at(stage), "stage of several temporal kernels"));
  }
  set(options, "temporal_kernels", stages);
  describe_norm(network, options);
  describe_head(network.at("head"), options);
}

}  // namespace pgt::parity
