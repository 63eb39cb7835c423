// A network is its features and its head (`FeatureBackbone`), of every family.
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "small_networks.hpp"

namespace pgt::models {
namespace {

constexpr std::int64_t frames = 8;

/// A network whose forward is put together from its parts.
template <class Network>
struct InParts {
  Network& network;

  std::vector<sdk::Site> sites() const { return network.sites(); }
  std::vector<sdk::Pathway> pathways() const { return pathways_of(network); }
  at::Tensor forward(const sdk::Fragment& fragment, sdk::Carry& carry) {
    const at::Tensor features = network.features(fragment, carry);
    EXPECT_EQ(features.dim(), 3);
    return network.head(features, {{}, fragment.head_bins}, carry);
  }
};

template <class Network>
void expect_the_sum_of_its_parts(const std::shared_ptr<Network>& network) {
  EXPECT_NE(network->extension(sdk::FeatureBackbone::extension_id), nullptr);
  InParts<Network> parts{*network};
  const auto clip = clip_for(*network, frames, small_picture);
  for (const bool training : {true, false}) {
    network->train(training);
    for (const std::int64_t bins : {1, 2, 3}) {
      EXPECT_TRUE(whole(parts, clip, bins).equal(whole(*network, clip, bins))) << training << " " << bins;
    }
  }
  // A head then carries features in place of maps.
  const auto expected = scores_of_steps(*network, clip, {}, 3, true),
             scores = scores_of_steps(parts, clip, {}, 3, true);
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_TRUE(scores[i].allclose(expected[i], 1e-12, 1e-12)) << i;
}

template <class Options>
void expect_it_of_resnets(const char* family) {
  SCOPED_TRACE(family);
  expect_the_sum_of_its_parts(small_resnet<Options>());
  expect_the_sum_of_its_parts(small_resnet<Options>(MomentKind::gru));
}

TEST(Features, AndTheHeadAreAResidualNetwork) {
  expect_it_of_resnets<resnet3d::C2dOptions>("c2d");
  expect_it_of_resnets<resnet3d::I3dOptions>("i3d");
  expect_it_of_resnets<resnet3d::SlowOptions>("slow");
  expect_it_of_resnets<resnet3d::R3dOptions>("r3d");
  expect_it_of_resnets<resnet3d::SlowFastOptions>("slowfast");
}

TEST(Features, AndTheHeadAreANetworkOfTheOtherFamilies) {
  const auto expect_it_of = [](const char* family, const auto& make) {
    SCOPED_TRACE(family);
    expect_the_sum_of_its_parts(make(std::optional<MomentKind>()));
    expect_the_sum_of_its_parts(make(std::optional(MomentKind::causal_tcn)));
  };
  expect_it_of("x3d", [](auto moments) { return small_network<x3d::X3d>(small_x3d(), moments); });
  expect_it_of("regnet", [](auto moments) { return small_network<regnet::RegNet>(small_regnet(), moments); });
  expect_it_of("vit", [](auto moments) { return small_network<vit::Vit>(small_vit(), moments); });
  expect_it_of("recurrent", [](auto moments) { return small_recurrent(Cell::lstm, moments.has_value()); });
}

TEST(Features, KeepEveryPlaceOfAHeadsWindow) {
  resnet3d::SlowFastOptions options = resnet3d::tiny<resnet3d::SlowFastOptions>();
  options.pool.window = 2;
  options.pool.temporal = Pool::max;
  expect_the_sum_of_its_parts(lively(resnet3d::make(options)));
}

TEST(Features, AreThoseOfTheFastFramesToo) {
  const auto network = small_resnet<resnet3d::SlowFastOptions>();
  const auto clip = clip_for(*network, 3, small_picture);
  nn::SlotCarry carry(network->sites(), {});
  const at::Tensor features = network->features(fragment_of(*network, clip, 0, 3), carry);
  EXPECT_EQ(features.sizes(), (std::vector<std::int64_t>{2, 3, 16 + 2 * 8}));

  const auto moments = small_resnet<resnet3d::SlowFastOptions>(MomentKind::linear);
  nn::SlotCarry other(moments->sites(), {});
  EXPECT_EQ(moments->features(fragment_of(*moments, clip, 0, 3), other).sizes(),
            (std::vector<std::int64_t>{2, 3, 16 + 8}));
}

TEST(Features, NeedTheFastFramesOfVideosToo) {
  const auto network = small_resnet<resnet3d::SlowFastOptions>();
  const sdk::Fragment fragment{
      {torch::zeros({1, 3, 3, 16, 16}, torch::kDouble), torch::zeros({1, 3, 7, 16, 16}, torch::kDouble)}};
  nn::SlotCarry carry(network->sites(), {});
  EXPECT_THROW(network->features(fragment, carry), std::runtime_error);
  // Moments have the fast frames nearest to them.
  const auto moments = small_resnet<resnet3d::SlowFastOptions>(MomentKind::linear);
  nn::SlotCarry other(moments->sites(), {});
  EXPECT_EQ(moments->forward(fragment, other).sizes(), (std::vector<std::int64_t>{1, 3, 3}));
}

TEST(Features, AreNotToBeHadOfBoxes) {
  resnet3d::SlowOptions options = resnet3d::tiny();
  options.head = resnet3d::HeadKind::roi;
  EXPECT_EQ(resnet3d::make(options)->extension(sdk::FeatureBackbone::extension_id), nullptr);
}

/// Features of steps of 3 frames, through the head at once.
template <class Network>
void expect_steps_to_be_the_clip(const std::shared_ptr<Network>& network) {
  const auto clip = clip_for(*network, frames, small_picture);
  struct Features : InParts<Network> {
    at::Tensor forward(const sdk::Fragment& fragment, sdk::Carry& carry) {
      return this->network.features(fragment, carry);
    }
  } features{{*network}};
  nn::SlotCarry carry(network->sites(), {});
  const at::Tensor scores = network->head(torch::cat(scores_of_steps(features, clip, {}, 3, true), 1), {{}, 2}, carry);
  EXPECT_TRUE(scores.allclose(whole(*network, clip, 2), 1e-12, 1e-12));
}

TEST(Features, OfStepsAreThoseOfTheClipWhereNothingCrosses) {
  for (const auto moments : {std::optional<MomentKind>(), std::optional(MomentKind::tcn)}) {
    expect_steps_to_be_the_clip(small_resnet<resnet3d::C2dOptions>(moments));
    regnet::Options regnet = small_regnet();
    regnet.temporal_kernels = {1, 1};
    expect_steps_to_be_the_clip(small_network<regnet::RegNet>(regnet, moments));
    expect_steps_to_be_the_clip(small_recurrent(Cell::gru, moments.has_value()));
  }
  resnet3d::SlowFastOptions slowfast = resnet3d::tiny<resnet3d::SlowFastOptions>();
  slowfast.norm.kind = NormKind::frozen;
  slowfast.temporal_kernels = slowfast.fast_temporal_kernels = {1, 1, 1};
  slowfast.fast_stem_temporal_kernel = slowfast.lateral_kernel = 1;
  expect_steps_to_be_the_clip(lively(resnet3d::make(slowfast)));
}

}  // namespace
}  // namespace pgt::models
