#include <gmock/gmock.h>
#include <torch/torch.h>

#include "c2d_options.hpp"
#include "i3d_options.hpp"
#include "resnet3d.hpp"
#include "slowfast_options.hpp"

namespace resnet3d {
namespace {

using pgt::nn::SlotCarry;
using pgt::sdk::CarryRule;
using testing::HasSubstr;

TEST(ResidualBlock, GivesTheWorkedNumbers) {
  // docs/method.md M2.2: weights (0.5, 1, -0.25) over time, everything else the identity, `last` with momentum 0.25.
  const pgt::sdk::Site site{"block", 0, pgt::sdk::SiteKind::block, 3};
  ResidualBlock block(bottleneck_block({.in = 4, .inner = 1, .temporal_kernel = 3, .out = 4}), {NormKind::frozen, 1},
                      false);
  const torch::NoGradGuard no_gradients;
  block.to(torch::kDouble);
  for (auto& item : block.named_buffers()) {
    if (item.key().ends_with("running_var")) item.value().fill_(1 - 1e-5);
  }
  for (auto& item : block.named_parameters()) item.value().zero_();
  auto weights = block.named_parameters();
  weights["branch2.a.weight"][0][0].copy_(torch::tensor({0.5, 1.0, -0.25}).view({3, 1, 1}));
  weights["branch2.b.weight"][0][0][0][1][1] = 1;
  weights["branch2.c.weight"][0] = 1;

  CarryRule rule;
  rule.momentum = 0.25;
  const std::vector<std::vector<double>> inputs{{5, 1, 4, 2}, {3, 0, 6}, {2, 1, 3}, {0, 0}};
  const std::vector<std::vector<double>> outputs{{9.75, 3.5, 8, 6}, {7, 0, 12}, {6.25, 2.25, 6.5}};
  const std::vector<double> kept{2, 5, 3.5};
  std::vector<pgt::sdk::Fragment> fragments;
  for (const std::vector<double>& input : inputs) {
    fragments.push_back({{torch::tensor(input, torch::kDouble).view({1, 1, -1, 1, 1}).expand({1, 4, -1, 1, 1})}, 1});
  }
  std::vector<double> found;
  const auto scores = pgt::models::scores_of_fragments(
      fragments, {site}, rule, 1, true, [&](const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) {
        const at::Tensor y = block.forward(fragment.frames.front(), carry, 0);
        const auto slots = dynamic_cast<SlotCarry&>(carry).slots();
        if (slots.contains("block")) found.push_back(slots.at("block")[0][0].item<double>());
        return y;
      });
  EXPECT_EQ(found, kept);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const at::Tensor expected = torch::tensor(outputs[i], torch::kDouble);
    EXPECT_TRUE(scores[i][0][0].flatten().allclose(expected, 1e-12, 1e-12)) << scores[i];
  }
}

TEST(ResNet, DeclaresItsSites) {
  SlowOptions options = tiny();
  options.stem_temporal_kernel = 5;
  std::vector<std::string> sites;
  for (const pgt::sdk::Site& site : make(options)->sites()) {
    sites.push_back(site.name + " " + std::to_string(site.temporal_kernel));
  }
  EXPECT_THAT(sites, testing::ElementsAre("s1.pathway0_stem 5", "s2.pathway0_res0 1", "s3.pathway0_res0 3",
                                          "s4.pathway0_res0 3", "head 1"));
  EXPECT_EQ(make(tiny())->sites().front().name, "s2.pathway0_res0");
}

TEST(ResNet, DeclaresTheSitesOfEachPathway) {
  SlowFastOptions options = tiny<SlowFastOptions>();
  options.non_local.places = {"s3.0"};
  options.fast_non_local = {"s2.0"};
  options.non_local.progressive = true;
  const auto network = make(options);
  std::vector<std::string> sites;
  for (const pgt::sdk::Site& site : network->sites()) {
    sites.push_back(site.name + " " + std::to_string(site.pathway) + " " + std::to_string(site.temporal_kernel));
  }
  EXPECT_THAT(sites, testing::ElementsAre("s1.pathway1_stem 1 5", "s2.pathway0_res0 0 1", "s2.pathway1_res0 1 3",
                                          "s2.pathway1_nonlocal0 1 1", "s3.pathway0_res0 0 3",
                                          "s3.pathway0_nonlocal0 0 1", "s3.pathway1_res0 1 3", "s4.pathway0_res0 0 3",
                                          "s4.pathway1_res0 1 3", "head.pathway0 0 1", "head.pathway1 1 1"));
  ASSERT_EQ(network->pathways().size(), 2u);
  EXPECT_EQ(network->pathways()[1].name, "fast");
  EXPECT_EQ(network->pathways()[1].ratio, 2);
}

TEST(ResNet, OfSingleFramesSeesEarlierStepsInItsHeadAlone) {
  const auto network = make(tiny<C2dOptions>());
  const auto frames = clip_for(*network, 7);
  CarryRule rule;
  rule.head = false;
  const at::Tensor second = progressive(*network, frames, rule, 4, true)[1];
  EXPECT_TRUE(second.allclose(whole(*network, {frames[0].slice(2, 4)}), 1e-12, 1e-12));
}

TEST(ResNet, KeepsTheMapWhereItDilatesInPlaceOfShrinking) {
  SlowOptions options = tiny();
  options.strides = {1, 2, 1};
  options.dilations = {1, 1, 2};
  options.pool.window = 1;
  const auto network = make(options);
  // 12 pixels, halved by the stem and one stage: 3×3 places.
  EXPECT_EQ(whole(*network, clip_for(*network, 4)).size(1), 9);
  const Layout layout = options.layout(3);
  for (const ConvLayout& conv : layout.pathways[0].stages[2][0].branch) EXPECT_EQ(conv.dilation, 2);
}

TEST(ResNet, SaysWhyFramesDoNotFit) {
  const auto message = [](ResNet& network, const std::vector<at::Tensor>& clip) -> std::string {
    try {
      whole(network, clip);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  };
  C2dOptions c2d = tiny<C2dOptions>();
  c2d.pool_frames = 2;
  const auto pooled = make(c2d);
  EXPECT_EQ(message(*pooled, clip_for(*pooled, 4)), "");
  EXPECT_EQ(message(*pooled, clip_for(*pooled, 5)),
            "pool_frames is 2, but a fragment has 5 frames: set pool_frames = 1 for steps that overlap, or give a "
            "multiple of frames");
  const auto two = make(tiny<SlowFastOptions>());
  std::vector<at::Tensor> clip = clip_for(*two, 4);
  clip[1] = clip[1].slice(2, 0, 4);
  EXPECT_EQ(message(*two, clip), "the fast pathway has 4 frames, too few for 4 of the slow one at frame_ratio 2");
}

TEST(ResNet, ScoresEveryPlaceOfAMapLargerThanItsWindow) {
  SlowOptions options = tiny();
  options.pool.window = 1;
  const auto network = make(options);
  EXPECT_EQ(whole(*network, clip_for(*network, 4)).sizes().vec(), (std::vector<std::int64_t>{2, 4, 3}));
  EXPECT_EQ(whole(*network, clip_for(*network, 4), 2).sizes().vec(), (std::vector<std::int64_t>{2, 8, 3}));
  options.pool.window = 5;
  try {
    whole(*make(options), clip_for(*network, 4));
    FAIL() << "pooled a map smaller than the window";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("head_window is 5, but the last map has only 2×2 places"));
  }
}

TEST(ResNet, PoolsTimeInBins) {
  using pgt::models::Pool;
  for (const Pool pool : {Pool::average, Pool::max}) {
    SlowOptions options = tiny();
    options.temporal_kernels = {1, 1, 1};
    options.norm.kind = NormKind::frozen;
    options.pool.temporal = options.pool.spatial = pool;
    const auto network = make(options);
    const auto frames = clip_for(*network, 6);
    const at::Tensor halves =
        torch::cat({whole(*network, {frames[0].slice(2, 0, 3)}), whole(*network, {frames[0].slice(2, 3)})}, 1);
    EXPECT_TRUE(whole(*network, frames, 2).allclose(halves, 1e-10, 1e-10));
  }
}

TEST(ResNet, DropsFeaturesInTrainingOnly) {
  SlowOptions options = tiny();
  options.dropout = 0.5;
  const auto network = make(options);
  const auto frames = clip_for(*network, 3);
  network->train();
  EXPECT_FALSE(whole(*network, frames).equal(whole(*network, frames)));
  network->eval();
  EXPECT_TRUE(whole(*network, frames).equal(whole(*network, frames)));
}

TEST(ResNetOptions, AllThatContradictIsReported) {
  EXPECT_EQ(problems_of(C2dOptions{}), "");
  EXPECT_EQ(problems_of(I3dOptions{}), "");
  EXPECT_EQ(problems_of(SlowOptions{}), "");
  EXPECT_EQ(problems_of(SlowFastOptions{}), "");
  EXPECT_EQ(problems_of(tiny()), "");
  SlowOptions options = tiny();
  options.temporal_kernels = {1, 2};
  options.strides = {1};
  options.stem_temporal_kernel = 4;
  options.norm.groups = 3;
  EXPECT_EQ(problems_of(options),
            "strides has 1 values, but there are 3 stages (in blocks)\n"
            "norm_groups must divide width (4)\n"
            "temporal_kernels has 2 values, but there are 3 stages (in blocks)\n"
            "temporal_kernels 2 is not odd\n"
            "stem_temporal_kernel 4 is not odd\n");

  I3dOptions i3d = tiny<I3dOptions>();
  i3d.temporal_blocks.count = {1};
  i3d.blocks = {1, 1, 1, 1, 1};
  i3d.strides = {1, 1, 1, 1, 1};
  EXPECT_EQ(problems_of(i3d),
            "temporal_blocks has 1 values, but there are 5 stages (in blocks)\n"
            "blocks has more than 4 stages\n");

  SlowFastOptions fast = tiny<SlowFastOptions>();
  fast.width_ratio = 4;
  fast.lateral_kernel = 4;
  fast.fast_temporal_kernels = {3, 4};
  fast.fast_stem_temporal_kernel = 2;
  EXPECT_EQ(problems_of(fast),
            "fast_temporal_kernels has 2 values, but there are 3 stages (in blocks)\n"
            "fast_temporal_kernels 4 is not odd\n"
            "fast_stem_temporal_kernel 2 is not odd\n"
            "lateral_kernel 4 is not odd\n"
            "norm_groups must divide the fast pathway's width (1)\n");
  fast.width_ratio = 3;
  fast.fast_non_local = {"s3.7"};
  EXPECT_THAT(problems_of(fast),
              HasSubstr("fast_nonlocal there is no block s3.7: the last ones of the stages are s2."));
  EXPECT_THAT(problems_of(fast), HasSubstr("width_ratio must divide width (4)\n"));

  SlowOptions looking = tiny();
  looking.non_local.places = {"s2.0", "s4.1", "s6.0", "res3", "s1.0", "s2.0", "s3.-1", "s+3.0", "s3. 0", "s3.0x"};
  looking.non_local.pool = {2, 2};
  EXPECT_EQ(problems_of(looking),
            "nonlocal_pool must be three numbers: frames, height, width\n"
            "nonlocal there is no block s4.1: the last ones of the stages are s2.0, s3.0, s4.0\n"
            "nonlocal there is no block s6.0: the last ones of the stages are s2.0, s3.0, s4.0\n"
            "nonlocal \"res3\" is not like \"s3.1\"\n"
            "nonlocal \"s1.0\" is not like \"s3.1\"\n"
            "nonlocal names s2.0 twice\n"
            "nonlocal \"s3.-1\" is not like \"s3.1\"\n"
            "nonlocal \"s+3.0\" is not like \"s3.1\"\n"
            "nonlocal \"s3. 0\" is not like \"s3.1\"\n"
            "nonlocal \"s3.0x\" is not like \"s3.1\"\n");
}

TEST(ResNetOptions, NameTheBlocksThatLookAcrossTime) {
  SlowOptions options = tiny();
  options.blocks = {1, 3, 3};
  options.temporal_blocks.count = {1, 0, 2};
  std::vector<std::int64_t> kernels;
  for (const pgt::sdk::Site& site : make(options)->sites()) kernels.push_back(site.temporal_kernel);
  EXPECT_THAT(kernels, testing::ElementsAre(1, 1, 1, 1, 3, 3, 1, 1));

  I3dOptions i3d = tiny<I3dOptions>();
  i3d.blocks = {2, 3, 3, 3};
  i3d.strides = {1, 2, 2, 1};
  kernels.clear();
  for (const pgt::sdk::Site& site : make(i3d)->sites()) kernels.push_back(site.temporal_kernel);
  EXPECT_THAT(kernels, testing::ElementsAre(5, 3, 3, 3, 1, 3, 3, 1, 3, 1, 3, 1, 1));
}

}  // namespace
}  // namespace resnet3d
