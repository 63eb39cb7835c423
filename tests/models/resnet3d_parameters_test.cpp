#include <gtest/gtest.h>
#include <torch/torch.h>

#include "c2d_options.hpp"
#include "i3d_options.hpp"
#include "parameter_lists.hpp"
#include "resnet.hpp"
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
