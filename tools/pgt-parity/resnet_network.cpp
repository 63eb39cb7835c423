#include "resnet_network.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "network_reading.hpp"

namespace pgt::parity {
namespace {

using nlohmann::json;
using Numbers = std::vector<std::int64_t>;

constexpr const char* stages[] = {"res2", "res3", "res4", "res5"};

/// The temporal kernels of a stage's blocks.
Numbers kernels_of(const json& network, const char* stage, std::size_t pathway) {
  return network.at("temporal_kernels_per_pathway").at(stage).at(pathway).get<Numbers>();
}

std::int64_t stem_kernel(const json& network, std::size_t pathway) {
  return network.at("temporal_kernels_per_pathway").at("stem").at(pathway);
}

/// Each stage's first blocks, up to the last that looks across time in any pathway; all where none does.
Numbers temporal_blocks(const json& network) {
  Numbers counts;
  for (const char* stage : stages) {
    std::ptrdiff_t count = 0;
    for (const json& pathway : network.at("temporal_kernels_per_pathway").at(stage)) {
      const auto kernels = pathway.get<Numbers>();
      const auto last = std::find_if(kernels.rbegin(), kernels.rend(), [](std::int64_t kernel) { return kernel > 1; });
      count = std::max(count, kernels.rend() - last);
    }
    counts.push_back(count > 0 ? count : std::ssize(kernels_of(network, stage, 0)));
  }
  return counts;
}

/// Each stage's kernel, where its temporal blocks have the same one.
Numbers stage_kernels(const json& network, std::size_t pathway) {
  const Numbers counts = temporal_blocks(network);
  Numbers kernels;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const Numbers blocks = kernels_of(network, stages[i], pathway);
    kernels.push_back(blocks.front());
    for (std::int64_t block = 0; block < std::ssize(blocks); ++block) {
      require(blocks[static_cast<std::size_t>(block)] == (block < counts[i] ? blocks.front() : 1),
              "stage of several temporal kernels");
    }
  }
  return kernels;
}

void describe_non_local(const json& blocks, sdk::OptionSet& options) {
  if (blocks.is_null()) return;
  require_known(blocks, "nonlocal",
                {"after_blocks_res2_to_res5_per_pathway", "form", "key_value_max_pool", "norm", "progressive",
                 "temporal_groups"});
  std::map<std::size_t, std::vector<std::string>> places;  // by pathway
  json pools = json::array();                              // of the stages and pathways that have blocks
  const json& stages_of_places = blocks.at("after_blocks_res2_to_res5_per_pathway");
  for (std::size_t stage = 0; stage < stages_of_places.size(); ++stage) {
    for (std::size_t pathway = 0; pathway < stages_of_places[stage].size(); ++pathway) {
      const json& of_pathway = stages_of_places[stage][pathway];
      if (of_pathway.empty()) continue;
      for (const json& block : of_pathway) {
        places[pathway].push_back(std::string("s").append(std::to_string(stage + 2) + "." + block.dump()));
      }
      pools.push_back(blocks.at("key_value_max_pool").at(stage).at(pathway));
      require(blocks.at("temporal_groups").at(stage).at(pathway) == 1, "groups of frames that see each other alone");
    }
  }
  if (places.empty()) return;
  require(std::all_of(pools.begin(), pools.end(), [&](const json& pool) { return pool == pools.front(); }),
          "non-local blocks of different pooling");
  const std::string norm = blocks.at("norm");
  for (const auto& [pathway, of_pathway] : places) {
    set(options, pathway == 0 ? "nonlocal" : "fast_nonlocal", of_pathway);
  }
  set(options, "nonlocal_form", blocks.at("form").get<std::string>());
  set(options, "nonlocal_pool", pools.front().get<Numbers>());
  set(options, "nonlocal_progressive", blocks.at("progressive").get<bool>());
  set(options, "nonlocal_norm",
      norm == "batchnorm"          ? std::string("batch")
      : norm == "frozen_batchnorm" ? std::string("frozen")
      : norm == "layernorm"        ? std::string("layer")
                                   : norm);
}

/// What every family has.
void describe_resnet(const json& network, sdk::OptionSet& options) {
  require_known(network, "the backbone",
                {"depth_name",
                 "family",
                 "group_count_of_3x3_conv",
                 "head",
                 "input_channels",
                 "nominal_crop_size",
                 "nonlocal",
                 "norm",
                 "num_classes",
                 "pathways",
                 "slowfast",
                 "stage_blocks",
                 "stage_inner_widths_pathway0",
                 "stage_out_widths_pathway0",
                 "stage_spatial_dilations",
                 "stage_spatial_strides",
                 "stem_max_pool_padding",
                 "stem_width",
                 "temporal_kernels_per_pathway",
                 "temporal_pool_after_res2"});
  require(network.at("input_channels") == 3, "other input than red, green and blue");
  require(network.at("pathways") == (network.contains("slowfast") && !network.at("slowfast").is_null() ? 2 : 1),
          "other number of pathways");
  const auto stem_width = network.at("stem_width").get<std::int64_t>();
  const auto groups = network.at("group_count_of_3x3_conv").get<std::int64_t>();
  const auto inner = network.at("stage_inner_widths_pathway0").at(0).get<std::int64_t>();
  require(inner % groups == 0, "groups that do not divide the width within the blocks");
  for (std::size_t stage = 0; stage < std::size(stages); ++stage) {
    require(network.at("stage_inner_widths_pathway0").at(stage) == inner << stage &&
                network.at("stage_out_widths_pathway0").at(stage) == 4 * stem_width << stage,
            "stages of other widths than doubled ones, four times the stem's between the blocks");
  }

  const auto of_stages = [](const json& list) {
    Numbers numbers;
    for (const json& pathways : list)
      numbers.push_back(the_same(pathways, "pathways of different strides or dilations"));
    return numbers;
  };
  set(options, "depth", network.at("depth_name").get<std::int64_t>());
  set(options, "blocks", network.at("stage_blocks").get<Numbers>());
  set(options, "width", network.at("stem_width").get<std::int64_t>());
  set(options, "groups", groups);
  set(options, "width_per_group", inner / groups);
  set(options, "strides", of_stages(network.at("stage_spatial_strides")));
  set(options, "dilations", of_stages(network.at("stage_spatial_dilations")));
  describe_norm(network, options);
  describe_head(network.at("head"), options);
  describe_non_local(network.at("nonlocal"), options);
}

/// The kernels of a family that leaves no choice: those of the stem and of the stages' blocks, in turn.
void require_kernels(const json& network, std::int64_t stem, const std::vector<Numbers>& cycles) {
  const Numbers counts = temporal_blocks(network);
  bool same = stem_kernel(network, 0) == stem;
  for (std::size_t stage = 0; stage < cycles.size(); ++stage) {
    const Numbers blocks = kernels_of(network, stages[stage], 0);
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const bool temporal = static_cast<std::int64_t>(i) < counts[stage];
      same &= blocks[i] == (temporal ? cycles[stage][i % cycles[stage].size()] : 1);
    }
  }
  require(same, "temporal kernels other than the family's");
}

void require_no_pooling(const json& network) {
  require(the_same(network.at("temporal_pool_after_res2"), "pooling of time") == 1, "pooling of time");
}

void require_padded_pooling(const json& network) {
  require(network.at("stem_max_pool_padding") == 1, "pooling without padding");
}

/// c2d and i3d.
void describe_pooled(const json& network, sdk::OptionSet& options) {
  describe_resnet(network, options);
  require_padded_pooling(network);
  set(options, "pool_frames", network.at("temporal_pool_after_res2").at(0).get<std::int64_t>());
}

}  // namespace

void describe_c2d(const json& network, sdk::OptionSet& options) {
  describe_pooled(network, options);
  require_kernels(network, 1, {{1}, {1}, {1}, {1}});
}

void describe_i3d(const json& network, sdk::OptionSet& options) {
  describe_pooled(network, options);
  require_kernels(network, 5, {{3}, {3, 1}, {3, 1}, {1, 3}});
  set(options, "temporal_blocks", temporal_blocks(network));
}

void describe_slow(const json& network, sdk::OptionSet& options) {
  describe_resnet(network, options);
  require_padded_pooling(network);
  require_no_pooling(network);
  set(options, "temporal_kernels", stage_kernels(network, 0));
  set(options, "temporal_blocks", temporal_blocks(network));
  set(options, "stem_temporal_kernel", stem_kernel(network, 0));
}

void describe_slowfast(const json& network, sdk::OptionSet& options) {
  describe_resnet(network, options);
  require_no_pooling(network);
  const json& slowfast = network.at("slowfast");
  require_known(
      slowfast, "slowfast",
      {"alpha", "beta_inverse", "lateral_channel_ratio", "lateral_norm", "lateral_relu", "lateral_temporal_kernel"});
  set(options, "temporal_kernels", stage_kernels(network, 0));
  set(options, "fast_temporal_kernels", stage_kernels(network, 1));
  set(options, "temporal_blocks", temporal_blocks(network));
  set(options, "stem_temporal_kernel", stem_kernel(network, 0));
  set(options, "fast_stem_temporal_kernel", stem_kernel(network, 1));
  set(options, "frame_ratio", slowfast.at("alpha").get<std::int64_t>());
  set(options, "width_ratio", slowfast.at("beta_inverse").get<std::int64_t>());
  set(options, "lateral_ratio", slowfast.at("lateral_channel_ratio").get<std::int64_t>());
  set(options, "lateral_kernel", slowfast.at("lateral_temporal_kernel").get<std::int64_t>());
  set(options, "lateral_norm", slowfast.at("lateral_norm").get<bool>());
  set(options, "lateral_relu", slowfast.at("lateral_relu").get<bool>());
  set(options, "stem_pool_padding", network.at("stem_max_pool_padding") == 1);
}

}  // namespace pgt::parity
