#include <gtest/gtest.h>
#include <torch/torch.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "resnet.hpp"
#include "slow_options.hpp"

namespace resnet3d {
namespace {

using nlohmann::json;

/// [name, shape] of the golden list's entries of one kind, in its order.
json expected(const json& list, const std::string& kind) {
  json entries = json::array();
  for (const json& row : list.at("ordered")) {
    if (row.at(2) == kind) entries.push_back({row.at(0), row.at(1)});
  }
  return entries;
}

json actual(const torch::OrderedDict<std::string, at::Tensor>& tensors) {
  json entries = json::array();
  for (const auto& item : tensors) entries.push_back({item.key(), item.value().sizes().vec()});
  return entries;
}

void expect_equal(const json& given, const json& wanted) {
  ASSERT_EQ(given.size(), wanted.size());
  for (std::size_t i = 0; i < given.size(); ++i) ASSERT_EQ(given[i], wanted[i]) << "entry " << i;
}

void compare_with_list(const SlowOptions& options, std::int64_t classes, const std::string& name) {
  std::ifstream file(PGT_SOURCE_DIR "/tests/golden/slow_parameters.json");
  const json list = json::parse(file).at("lists").at(name);
  const ResNet network(options.layout(classes));
  expect_equal(actual(network.named_parameters()), expected(list, "parameter"));
  expect_equal(actual(network.named_buffers()), expected(list, "buffer"));
  std::int64_t trained = 0;
  for (const at::Tensor& tensor : network.parameters()) trained += tensor.numel();
  EXPECT_EQ(trained, list.at("trainable_elements").get<std::int64_t>());
}

TEST(SlowParameters, OfDepth50AreThoseOfTheReference) { compare_with_list({}, 400, "slow_r50_400"); }

TEST(SlowParameters, OfDepth101AreThoseOfTheReference) {
  SlowOptions options;
  options.depth = 101;
  compare_with_list(options, 400, "slow_r101_400");
}

TEST(SlowParameters, OfFrozenNormsAreBuffers) {
  SlowOptions options;
  options.norm = NormKind::frozen;
  compare_with_list(options, 157, "slow_r50_157_frozen_norm");
}

TEST(SlowParameters, FollowTheWidth) {
  SlowOptions options;
  options.width = 8;
  compare_with_list(options, 5, "slow_width8_5");
}

TEST(SlowParameters, StartAsTheSpecificationSays) {
  torch::manual_seed(1);
  SlowOptions options;
  options.width = 16;
  const ResNet network(options.layout(10));
  const auto tensors = network.named_parameters();
  const at::Tensor& conv = tensors["s4.pathway0_res0.branch2.a.weight"];  // (64, 128, 3, 1, 1)
  EXPECT_NEAR(conv.std().item<double>(), std::sqrt(2.0 / (64 * 3)), 2e-3);
  EXPECT_NEAR(tensors["head.projection.weight"].std().item<double>(), 0.01, 5e-4);
  EXPECT_EQ(tensors["head.projection.bias"].abs().max().item<double>(), 0);
  EXPECT_EQ(tensors["s2.pathway0_res0.branch2.b_bn.weight"].min().item<double>(), 1);
  EXPECT_EQ(tensors["s2.pathway0_res0.branch2.c_bn.weight"].max().item<double>(), 0);
}

}  // namespace
}  // namespace resnet3d
