#include "models/vit/vit.hpp"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include <set>

#include "finite_differences.hpp"
#include "models/steps.hpp"
#include "models/vit/positions.hpp"
#include "nn/carry.hpp"

namespace vit {
namespace {

Options tiny(Attention attention = Attention::divided) {
  Options options;
  options.attention = attention;
  options.patch = 4;
  options.width = 8;
  options.depth = 1;
  options.heads = 2;
  options.mlp_ratio = 2;
  return options;
}

/// In float64, with no parameter at 0, so that every part counts.
std::shared_ptr<Vit> make(const Options& options) {
  torch::manual_seed(1);
  auto network = std::make_shared<Vit>(options, pgt::sdk::BackboneContext{3});
  network->to(torch::kDouble);
  const torch::NoGradGuard no_gradients;
  for (const at::Tensor& parameter : network->parameters()) parameter.normal_(0.0, 0.5);
  return network;
}

at::Tensor clip_of(std::int64_t frames) {
  torch::manual_seed(2);
  return torch::randn({2, 3, frames, 8, 12}, torch::kDouble);
}

/// Scores (N, K) of every step of `length` frames that do not overlap; the head carries nothing.
std::vector<at::Tensor> in_steps(Vit& network, const at::Tensor& clip, std::int64_t length, bool detach = true) {
  pgt::sdk::CarryRule rule;
  rule.head = false;
  std::vector<pgt::sdk::Fragment> fragments;
  for (std::int64_t begin = 0; begin < clip.size(2); begin += length) {
    fragments.push_back({{clip.slice(2, begin, begin + length)}, 1});
  }
  return pgt::models::scores_of_fragments(
      fragments, network.sites(), rule, 0, detach,
      [&](const auto& fragment, auto& carry) { return network.forward(fragment, carry).squeeze(1); });
}

/// Scores (N, bins, K) of the clip in one go.
at::Tensor whole(Vit& network, const at::Tensor& clip, std::int64_t bins) {
  pgt::nn::SlotCarry carry(network.sites(), {});
  return network.forward({{clip}, bins}, carry);
}

TEST(Vit, AttendsToTheStepBeforeAsToFramesOfItsOwn) {
  // With one block, what a token sees of an earlier step is what it would see in one pass over both.
  for (const Attention attention : {Attention::divided, Attention::joint}) {
    Options options = tiny(attention);
    options.memory = 4;
    const auto network = make(options);
    const at::Tensor clip = clip_of(8);
    const at::Tensor expected = whole(*network, clip, 2).select(1, 1);
    EXPECT_TRUE(in_steps(*network, clip, 4)[1].allclose(expected, 1e-10, 1e-10));
    EXPECT_FALSE(in_steps(*network, clip.slice(2, 4), 4)[0].allclose(expected, 1e-3, 1e-3));
  }
}

TEST(Vit, RemembersNoMoreThanItsMemory) {
  Options options = tiny();
  options.memory = 2;
  const auto network = make(options);
  const at::Tensor clip = clip_of(8);
  at::Tensor other = clip.clone();
  other.slice(2, 0, 2).fill_(1.0);  // frames 0 and 1: forgotten when frame 4 comes
  EXPECT_TRUE(in_steps(*network, clip, 4)[1].equal(in_steps(*network, other, 4)[1]));
  other.slice(2, 2, 3).fill_(1.0);
  EXPECT_FALSE(in_steps(*network, clip, 4)[1].allclose(in_steps(*network, other, 4)[1], 1e-3, 1e-3));
}

TEST(Vit, WithoutMemorySeesEachStepByItself) {
  Options options = tiny(Attention::joint);
  options.memory = 0;
  const auto network = make(options);
  const at::Tensor clip = clip_of(8);
  EXPECT_TRUE(in_steps(*network, clip, 4)[1].equal(in_steps(*network, clip.slice(2, 4), 4)[0]));
  ASSERT_EQ(network->sites().size(), 1U);
  EXPECT_EQ(network->sites().front().name, "head");
}

TEST(Vit, TellsTheOrderOfFramesAndOfPlaces) {
  for (const Attention attention : {Attention::divided, Attention::joint}) {
    const auto network = make(tiny(attention));
    const at::Tensor clip = clip_of(4);
    const at::Tensor scores = whole(*network, clip, 1);
    EXPECT_FALSE(whole(*network, clip.index_select(2, torch::tensor({1, 0, 2, 3})), 1).allclose(scores, 1e-4, 1e-4));
    EXPECT_FALSE(whole(*network, clip.roll(4, 3), 1).allclose(scores, 1e-4, 1e-4));
  }
}

TEST(Vit, TubeletsTakeSeveralFramesEach) {
  Options options = tiny(Attention::joint);
  options.tubelet = 2;
  const auto network = make(options);
  EXPECT_EQ(whole(*network, clip_of(6), 3).sizes(), at::IntArrayRef({2, 3, 3}));
  try {
    whole(*network, clip_of(7), 1);
    FAIL() << "took half a token";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("a step has 7 new frames, not a multiple of 2"));
    EXPECT_THAT(error.what(), testing::HasSubstr("schedule.overlap"));
  }
}

TEST(Vit, NamesThePictureThatItsPatchesDoNotFill) {
  const auto network = make(tiny());
  try {
    whole(*network, torch::zeros({1, 3, 2, 10, 8}, torch::kDouble), 1);
    FAIL() << "took a part of a patch";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("a step has 10 rows of pixels, not a multiple of 4"));
  }
}

TEST(Vit, GradientCrossesAStepOnlyWhereItIsNotDetached) {
  for (const Attention attention : {Attention::divided, Attention::joint}) {
    const auto network = make(tiny(attention));
    for (const bool detach : {true, false}) {
      const at::Tensor clip = clip_of(8).requires_grad_();
      in_steps(*network, clip, 4, detach)[1].sum().backward();
      EXPECT_EQ(clip.grad().slice(2, 0, 4).abs().sum().item<double>() > 0, !detach);
      EXPECT_GT(clip.grad().slice(2, 4).abs().sum().item<double>(), 0);
    }
  }
}

TEST(Vit, GradientThroughTheCarryIsThatOfFiniteDifferences) {
  for (const Attention attention : {Attention::divided, Attention::joint}) {
    Options options = tiny(attention);
    options.depth = 2;
    const auto network = make(options);
    const at::Tensor clip = clip_of(6);
    const auto loss = [&] {
      at::Tensor sum = torch::zeros({}, torch::kDouble);
      for (const at::Tensor& scores : in_steps(*network, clip, 2, false)) sum = sum + scores.square().sum();
      return sum;
    };
    pgt::models::expect_gradients_of_finite_differences(*network, loss);
  }
}

TEST(Vit, StartsAsAnImageNetworkThatIgnoresTime) {
  Options options = tiny();
  options.width = 16;
  torch::manual_seed(1);
  Vit network(options, {3});
  const at::Tensor clip = clip_of(4).to(torch::kFloat);
  const at::Tensor turned = clip.index_select(2, torch::tensor({3, 1, 0, 2}));
  EXPECT_TRUE(whole(network, clip, 1).allclose(whole(network, turned, 1), 1e-5, 1e-5));
}

TEST(VitOptions, SayWhatDoesNotFit) {
  Options options = tiny();
  options.width = 10;
  pgt::sdk::Problems problems;
  options.check(problems);
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems[0].text, "must be a multiple of twice heads (4)");
  EXPECT_EQ(problems[1].text, "must be a multiple of 4");
}

TEST(Vit, SaysHowDeepEveryParameterLies) {
  Options options = tiny();
  options.depth = 11;
  const auto network = make(options);
  EXPECT_EQ(network->layers(), 13);
  std::set<std::int64_t> found;
  for (const auto& item : network->named_parameters()) found.insert(network->layer_of(item.key()));
  EXPECT_EQ(found.size(), 13U);
  EXPECT_EQ(network->layer_of("patch_embed.proj.weight"), 0);
  EXPECT_EQ(network->layer_of("blocks.10.mlp.0.weight"), 11);
  EXPECT_EQ(network->layer_of("norm.bias"), 12);
  EXPECT_EQ(network->layer_of("head.weight"), 12);
}

TEST(Rotation, DependsOnTheDistanceInTimeAlone) {
  torch::manual_seed(4);
  const at::Tensor query = torch::randn({1, 1, 1, 1, 8}, torch::kDouble);
  const at::Tensor key = torch::randn({1, 1, 1, 1, 8}, torch::kDouble);
  const auto product = [&](std::int64_t at, std::int64_t other) {
    return (rotate_by_time(query, at) * rotate_by_time(key, other)).sum().item<double>();
  };
  EXPECT_NEAR(product(5, 3), product(0, -2), 1e-12);
  EXPECT_GT(std::abs(product(5, 3) - product(3, 5)), 1e-3);
  EXPECT_TRUE(rotate_by_time(query, 0).equal(query));
}

TEST(Positions, DifferAtEveryPlaceOfAPicture) {
  const at::Tensor positions = spatial_positions(5, 7, 16, torch::empty({0}, torch::kDouble));
  ASSERT_EQ(positions.sizes(), at::IntArrayRef({35, 16}));
  at::Tensor distances = torch::cdist(positions, positions);
  distances.fill_diagonal_(1e9);
  EXPECT_GT(distances.min().item<double>(), 0.1);
}

}  // namespace
}  // namespace vit
