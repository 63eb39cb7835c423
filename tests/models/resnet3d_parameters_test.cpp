#include <gtest/gtest.h>
#include <torch/torch.h>

#include "c2d_options.hpp"
#include "i3d_options.hpp"
#include "parameter_lists.hpp"
#include "resnet.hpp"
#include "resnet3d.hpp"
#include "slowfast_options.hpp"

namespace resnet3d {
namespace {

using pgt::models::entries;
using pgt::models::trained;

template <class Options>
void compare_with_list(const Options& options, std::int64_t classes, const std::string& name) {
  pgt::models::compare_with_list(ResNet(options.layout(classes)), "resnet_parameters.json", name);
}

template <class Options>
Options of_width_8() {
  Options options;
  options.width = 8;
  return options;
}

TEST(ResNetParameters, OfDepth50AreThoseOfTheReference) {
  compare_with_list(SlowOptions{}, 400, "slow_r50_400");
  compare_with_list(C2dOptions{}, 400, "c2d_r50_400");
  compare_with_list(I3dOptions{}, 400, "i3d_r50_400");
  compare_with_list(SlowFastOptions{}, 400, "slowfast_r50_k5_400");
}

TEST(ResNetParameters, OfDepth101AreThoseOfTheReference) {
  SlowOptions options;
  options.depth = 101;
  compare_with_list(options, 400, "slow_r101_400");
}

TEST(ResNetParameters, OfFrozenNormsAreBuffers) {
  SlowOptions slow;
  slow.norm.kind = NormKind::frozen;
  compare_with_list(slow, 157, "slow_r50_157_frozen_norm");
  SlowFastOptions fast;
  fast.norm.kind = NormKind::frozen;
  fast.lateral_kernel = 7;
  compare_with_list(fast, 157, "slowfast_r50_k7_157_frozen_norm");
}

TEST(ResNetParameters, OfNonLocalBlocksFollowTheirBlocks) {
  for (const bool progressive : {false, true}) {
    SlowOptions options;
    options.non_local.places = {"s3.1", "s3.3", "s4.1", "s4.3", "s4.5"};
    options.non_local.progressive = progressive;
    compare_with_list(options, 400, "slow_r50_nonlocal5_400");
  }
  SlowOptions options = of_width_8<SlowOptions>();
  options.non_local.places = {"s4.3", "s3.1", "s4.1"};
  compare_with_list(options, 5, "slow_nonlocal_width8_5");
}

TEST(ResNetParameters, FollowTheWidth) {
  compare_with_list(of_width_8<SlowOptions>(), 5, "slow_width8_5");
  compare_with_list(of_width_8<C2dOptions>(), 5, "c2d_width8_5");
  compare_with_list(of_width_8<I3dOptions>(), 5, "i3d_width8_5");
  compare_with_list(of_width_8<SlowFastOptions>(), 5, "slowfast_width8_5");
}

/// docs/method.md M6.7: elements that are trained, and tensors of the state.
TEST(ResNetParameters, OfOtherFullSizesAreAsManyAsThoseOfTheReference) {
  const auto expect = [](const auto& options, std::int64_t classes, std::int64_t elements, std::size_t tensors) {
    const ResNet network(options.layout(classes));
    EXPECT_EQ(trained(network), elements);
    EXPECT_EQ(entries(network), tensors);
  };
  I3dOptions i3d;
  i3d.depth = 101;
  expect(i3d, 400, 51'754'192, 626);
  SlowOptions slow;
  slow.depth = 101;
  slow.temporal_blocks.count = {3, 4, 6, 3};
  expect(slow, 400, 51'446'224, 626);
  SlowFastOptions fast;
  fast.lateral_kernel = 7;
  expect(fast, 400, 34'566'488, 662);
  fast.lateral_kernel = 5;
  fast.depth = 101;
  expect(fast, 400, 62'826'968, 1274);
  fast.temporal_blocks.count = {3, 4, 6, 3};
  expect(fast, 400, 53'774'808, 1274);

  slow.temporal_blocks.count.clear();
  fast.temporal_blocks.count.clear();
  slow.norm.kind = fast.norm.kind = NormKind::frozen;
  expect(slow, 157, 59'755'869, 522);
  expect(fast, 157, 62'147'413, 1062);
  fast.lateral_norm = fast.lateral_relu = fast.stem_pool_padding = false;
  expect(fast, 157, 62'147'877, 1050);
}

/// docs/method.md M6.10: trained elements of Slow without its head and stem, from groups, channels in and kernels.
std::int64_t bottlenecks(const SlowOptions& options) {
  const std::int64_t groups = options.groups, width = options.width;
  std::int64_t in = width, elements = 0;
  for (std::size_t stage = 0; stage < 4; ++stage) {
    const std::int64_t inner = (groups * options.width_per_group) << stage, out = (4 * width) << stage;
    for (std::int64_t block = 0; block < options.stage_blocks()[stage]; ++block) {
      elements += in * inner * options.temporal_kernels[stage] + 2 * inner;      // a and its norm
      elements += groups * (inner / groups) * (inner / groups) * 9 + 2 * inner;  // b: each group for itself
      elements += inner * out + 2 * out;
      if (block == 0) elements += in * out + 2 * out;
      in = out;
    }
  }
  return elements;
}

TEST(ResNetParameters, OfGroupsAreThoseOfTheFormula) {
  for (const auto& [groups, of_group] : {std::pair{1, 64}, {32, 4}, {2, 64}, {64, 1}}) {
    SlowOptions options;
    options.groups = groups;
    options.width_per_group = of_group;
    ASSERT_EQ(problems_of(options), "");
    const ResNet network(options.layout(400));
    const std::int64_t stem = 64 * 3 * 49 + 2 * 64, head = 2048 * 400 + 400;
    EXPECT_EQ(trained(network), stem + bottlenecks(options) + head) << groups << " groups of " << of_group;
    EXPECT_EQ(entries(network), 320U);
  }
}

/// As torchvision's resnext50_32x4d has them, beside kernels of time.
TEST(ResNetParameters, OfResNeXt50HaveItsShapes) {
  SlowOptions options;
  options.groups = 32;
  options.width_per_group = 4;
  const ResNet network(options.layout(400));
  const auto tensors = network.named_parameters();
  const auto shape = [&](const std::string& name) { return tensors[name].sizes().vec(); };
  using Shape = std::vector<std::int64_t>;
  EXPECT_EQ(shape("s1.pathway0_stem.conv.weight"), (Shape{64, 3, 1, 7, 7}));
  EXPECT_EQ(shape("s2.pathway0_res0.branch2.a.weight"), (Shape{128, 64, 1, 1, 1}));
  EXPECT_EQ(shape("s2.pathway0_res0.branch2.b.weight"), (Shape{128, 4, 1, 3, 3}));
  EXPECT_EQ(shape("s2.pathway0_res0.branch2.c.weight"), (Shape{256, 128, 1, 1, 1}));
  EXPECT_EQ(shape("s5.pathway0_res2.branch2.b.weight"), (Shape{1024, 32, 1, 3, 3}));
  EXPECT_EQ(shape("s5.pathway0_res2.branch2.c.weight"), (Shape{2048, 1024, 1, 1, 1}));
}

/// PySlowFast's NUM_GROUPS and WIDTH_PER_GROUP: the width of a group is the network's.
TEST(ResNetParameters, OfGroupsWithoutAWidthHaveThatOfTheNetwork) {
  SlowFastOptions options;
  options.groups = 2;
  ASSERT_EQ(problems_of(options), "");
  const ResNet network(options.layout(400));
  const auto tensors = network.named_parameters();
  using Shape = std::vector<std::int64_t>;
  EXPECT_EQ(tensors["s2.pathway0_res0.branch2.b.weight"].sizes().vec(), (Shape{128, 64, 1, 3, 3}));
  EXPECT_EQ(tensors["s2.pathway1_res0.branch2.b.weight"].sizes().vec(), (Shape{16, 8, 1, 3, 3}));
  EXPECT_EQ(tensors["s2.pathway1_res0.branch2.c.weight"].sizes().vec(), (Shape{32, 16, 1, 1, 1}));
}

TEST(ResNetParameters, OfGroupsThatCannotBeAreRefused) {
  SlowOptions basic;
  basic.depth = 18;
  basic.groups = 2;
  basic.width_per_group = 4;
  EXPECT_EQ(problems_of(basic),
            "groups needs bottlenecks: depth = 50 or 101\nwidth_per_group needs bottlenecks: depth = 50 or 101\n");
  SlowFastOptions narrow;
  narrow.groups = 32;
  narrow.width_per_group = 4;
  EXPECT_EQ(problems_of(narrow), "width_ratio must divide width_per_group (4)\n");
  SlowOptions odd;
  odd.groups = 3;
  odd.width_per_group = 3;
  odd.norm.kind = NormKind::group;
  odd.norm.groups = 4;
  EXPECT_EQ(problems_of(odd), "norm_groups must divide groups times width_per_group (9)\n");
}

TEST(ResNetParameters, StartAsTheSpecificationSays) {
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
