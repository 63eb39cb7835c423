#include "regnet_network.hpp"

#include "network_reading.hpp"

namespace pgt::parity {

void describe_regnet(const nlohmann::json& network, sdk::OptionSet& options) {
  using Numbers = std::vector<std::int64_t>;
  require_known(network, "the backbone",
                {"activation", "bottleneck_ratio", "conv_group_count", "dropout", "family", "head_pool",
                 "input_channels", "norm", "num_classes", "stage_blocks", "stage_spatial_strides", "stage_widths",
                 "stem_spatial_stride", "stem_width", "temporal_kernel_of_block_conv1_per_stage", "variant"});
  require(network.at("input_channels") == 3, "other input than red, green and blue");
  require(network.at("bottleneck_ratio") == 1, "bottleneck ratio other than 1");
  require(network.at("stem_spatial_stride") == 2, "stem of another stride than 2");
  set(options, "blocks", network.at("stage_blocks").get<Numbers>());
  set(options, "widths", network.at("stage_widths").get<Numbers>());
  set(options, "strides", network.at("stage_spatial_strides").get<Numbers>());
  set(options, "temporal_kernels", network.at("temporal_kernel_of_block_conv1_per_stage").get<Numbers>());
  set(options, "stem_width", network.at("stem_width").get<std::int64_t>());
  set(options, "groups", network.at("conv_group_count").get<std::int64_t>());
  set(options, "dropout", network.at("dropout").get<double>());
  describe_norm(network, options);
}

}  // namespace pgt::parity
