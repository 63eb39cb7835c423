#include "network_options.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace pgt::parity {
namespace {

using nlohmann::json;

void set(sdk::OptionSet& options, const std::string& name, sdk::OptionValue value) {
  for (const auto& option : options.fields().all()) {
    if (option->spec.name == name) return option->assign(value);
  }
  throw Error(ExitCode::data, "the backbone has no option " + name);
}

void require(bool holds, const std::string& what) {
  if (!holds) throw Error(ExitCode::data, "the backbone slow has no " + what);
}

/// The one number in nested lists that all say the same.
std::int64_t the_same(const json& nested, const std::string& what) {
  const json flat = nested.flatten();
  require(!flat.empty() && std::all_of(flat.begin(), flat.end(), [&](const json& v) { return v == *flat.begin(); }),
          what);
  return flat.begin()->get<std::int64_t>();
}

void describe_slow(const json& network, sdk::OptionSet& options) {
  require(network.at("nonlocal").is_null(), "non-local blocks");
  require(the_same(network.at("temporal_pool_after_res2"), "pooling of time") == 1, "pooling of time");
  require(the_same(network.at("stage_spatial_dilations"), "dilation") == 1, "dilation");
  require(network.at("group_count_of_3x3_conv") == 1, "grouped convolutions");
  require(network.at("stem_max_pool_padding") == 1, "pooling without padding");

  const json& kernels = network.at("temporal_kernels_per_pathway");
  std::vector<std::int64_t> stage_kernels;
  std::vector<std::int64_t> strides;
  for (const char* stage : {"res2", "res3", "res4", "res5"}) {
    stage_kernels.push_back(the_same(kernels.at(stage), "stage of several temporal kernels"));
  }
  for (const json& stride : network.at("stage_spatial_strides")) strides.push_back(stride.at(0));

  const json& head = network.at("head");
  set(options, "depth", network.at("depth_name").get<std::int64_t>());
  set(options, "blocks", network.at("stage_blocks").get<std::vector<std::int64_t>>());
  set(options, "width", network.at("stem_width").get<std::int64_t>());
  set(options, "temporal_kernels", stage_kernels);
  set(options, "strides", strides);
  set(options, "stem_temporal_kernel", kernels.at("stem").at(0).get<std::int64_t>());
  set(options, "norm", std::string(network.at("norm").at("kind") == "batchnorm" ? "batch" : "frozen"));
  set(options, "spatial_pool", head.at("spatial_pool").get<std::string>());
  set(options, "temporal_pool", head.at("temporal_pool").get<std::string>());
  set(options, "head_window", the_same(head.at("spatial_pool_window_stride1"), "head window that is not square"));
  set(options, "dropout", head.at("dropout").get<double>());
}

struct Family {
  const char* reference;  ///< its name in golden files
  const char* ours;
  void (*describe)(const json& network, sdk::OptionSet& options);
};
constexpr Family families[] = {{"slow", "slow", &describe_slow}};

const Family& family_of(const json& network) {
  const auto name = network.at("family").get<std::string>();
  for (const Family& family : families) {
    if (family.reference == name) return family;
  }
  throw Error(ExitCode::data, "no backbone of the family " + name);
}

}  // namespace

std::string backbone_name(const json& network) { return family_of(network).ours; }

void set_options(const json& network, sdk::OptionSet& options) { family_of(network).describe(network, options); }

}  // namespace pgt::parity
