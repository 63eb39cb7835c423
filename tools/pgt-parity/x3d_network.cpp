#include "x3d_network.hpp"

#include "network_reading.hpp"

namespace pgt::parity {

using nlohmann::json;

void describe_x3d(const json& network, sdk::OptionSet& options) {
  const json& x3d = network.at("x3d");
  require(network.at("nonlocal").is_null(), "non-local blocks");
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
