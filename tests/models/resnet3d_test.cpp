#include <gmock/gmock.h>
#include <torch/torch.h>

#include "nn/carry.hpp"
#include "resnet.hpp"
#include "slow_options.hpp"

namespace resnet3d {
namespace {

using pgt::nn::SlotCarry;
using pgt::sdk::CarryRule;
using pgt::sdk::Reduce;
using pgt::sdk::SiteFilter;
using testing::HasSubstr;

/// Small enough for finite differences, and like the sample task's network.
SlowOptions tiny() {
  SlowOptions options;
  options.depth = 18;
  options.blocks = {1, 1, 1};
  options.width = 4;
  options.temporal_kernels = {1, 3, 3};
  options.strides = {1, 2, 2};
  options.stem = StemKind::small;
  options.norm = NormKind::group;
  options.norm_groups = 2;
  options.zero_init_final_norm = false;
  options.dropout = 0.0;
  return options;
}

std::shared_ptr<ResNet> make(const SlowOptions& options, std::int64_t classes = 3) {
  torch::manual_seed(1);
  auto network = std::make_shared<ResNet>(options.layout(classes));
  network->to(torch::kDouble);
  return network;
}

at::Tensor clip(std::int64_t frames, std::int64_t size = 12) {
  torch::manual_seed(2);
  return torch::randn({2, 3, frames, size, size}, torch::kDouble);
}

/// The scores of all steps, stacked: S steps of `length` frames with overlap 1.
at::Tensor progressive(ResNet& network, const at::Tensor& frames, const CarryRule& rule, std::int64_t length,
                       bool detach) {
  SlotCarry carry(network.sites(), rule);
  pgt::sdk::Step first, other;
  first.overlap = {0};
  other.overlap = {1};
  other.detach = detach;
  std::vector<at::Tensor> scores;
  for (std::int64_t begin = 0; begin < frames.size(2);) {
    const std::int64_t end = begin + (begin == 0 ? length : length - 1);
    carry.begin_step(begin == 0, begin == 0 ? first : other, end < frames.size(2) ? &other : nullptr);
    scores.push_back(network.forward({{frames.slice(2, begin, end)}, 1}, carry));
    begin = end;
  }
  return torch::stack(scores);
}

at::Tensor whole(ResNet& network, const at::Tensor& frames, std::int64_t bins = 1) {
  SlotCarry carry(network.sites(), {});
  carry.begin_step(true, {}, nullptr);
  return network.forward({{frames}, bins}, carry);
}

TEST(ResidualBlock, GivesTheWorkedNumbers) {
  // spec/pgt.md 2.1: weights (0.5, 1, -0.25) over time, everything else the identity, `last` with momentum 0.25.
  const pgt::sdk::Site site{"block", 0, pgt::sdk::SiteKind::block, 3};
  ResidualBlock block(bottleneck_block({4, 1, 3, 1}), {NormKind::frozen, 1}, false);
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
  SlotCarry carry({site}, rule);
  pgt::sdk::Step step;
  const std::vector<std::vector<double>> inputs{{5, 1, 4, 2}, {3, 0, 6}, {2, 1, 3}};
  const std::vector<std::vector<double>> outputs{{9.75, 3.5, 8, 6}, {7, 0, 12}, {6.25, 2.25, 6.5}};
  const std::vector<double> kept{2, 5, 3.5};
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    pgt::sdk::Step next;
    next.overlap = {1};
    carry.begin_step(i == 0, next, &next);
    const at::Tensor x = torch::tensor(inputs[i], torch::kDouble).view({1, 1, -1, 1, 1}).expand({1, 4, -1, 1, 1});
    const at::Tensor y = block.forward(x, carry, 0);
    EXPECT_TRUE(y[0][0].flatten().allclose(torch::tensor(outputs[i], torch::kDouble), 1e-12, 1e-12)) << y;
    EXPECT_DOUBLE_EQ(carry.slots().at("block")[0][0].item<double>(), kept[i]);
  }
}

TEST(Slow, DeclaresItsSites) {
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

TEST(Slow, GivesTheSameInEvaluationWhetherAllSitesCarryOrTheTemporalOnes) {
  for (const Reduce reduce : {Reduce::last, Reduce::max, Reduce::mean}) {
    SlowOptions options = tiny();
    options.norm = NormKind::batch;
    const auto network = make(options);
    network->eval();
    CarryRule rule;
    rule.reduce = reduce;
    rule.momentum = 0.25;
    const at::Tensor frames = clip(10);
    rule.sites = SiteFilter::all;
    const at::Tensor all = progressive(*network, frames, rule, 4, true);
    rule.sites = SiteFilter::temporal;
    EXPECT_TRUE(progressive(*network, frames, rule, 4, true).allclose(all, 1e-12, 1e-12));
  }
}

TEST(Slow, SeesEarlierStepsThroughTheCarryAlone) {
  const auto network = make(tiny());
  const at::Tensor frames = clip(7);
  at::Tensor other = frames.clone();
  other.slice(2, 0, 3).zero_();
  const at::Tensor scores = progressive(*network, frames, {}, 4, true);
  EXPECT_FALSE(progressive(*network, other, {}, 4, true)[1].allclose(scores[1]));
  EXPECT_EQ(scores.size(0), 2);
}

TEST(Slow, HasTheGradientThatFiniteDifferencesGiveThroughTheCarry) {
  SlowOptions options = tiny();
  options.stem_temporal_kernel = 3;
  for (const Reduce reduce : {Reduce::last, Reduce::max, Reduce::mean}) {
    const auto network = make(options);
    CarryRule rule;
    rule.reduce = reduce;
    rule.momentum = 0.25;
    const at::Tensor frames = clip(7, 8);
    torch::manual_seed(4);
    const at::Tensor weights = torch::randn({3, 2, 1, 3}, torch::kDouble);
    const auto loss = [&] { return (progressive(*network, frames, rule, 3, false) * weights).sum(); };
    loss().backward();
    const torch::NoGradGuard no_gradients;
    for (auto& item : network->named_parameters()) {
      const at::Tensor flat = item.value().view(-1);
      const std::int64_t place = flat.numel() / 2;
      const double value = flat[place].item<double>();
      const auto loss_at = [&](double shifted) {
        flat[place] = shifted;
        return loss().item<double>();
      };
      constexpr double shift = 1e-6;
      const double difference = (loss_at(value + shift) - loss_at(value - shift)) / (2 * shift);
      flat[place] = value;
      EXPECT_NEAR(item.value().grad().view(-1)[place].item<double>(), difference, 1e-6 * (1 + std::abs(difference)))
          << item.key();
    }
  }
}

TEST(Slow, ScoresEveryPlaceOfAMapLargerThanItsWindow) {
  SlowOptions options = tiny();
  options.head_window = 1;
  const auto network = make(options);
  EXPECT_EQ(whole(*network, clip(4)).sizes().vec(), (std::vector<std::int64_t>{2, 4, 3}));
  EXPECT_EQ(whole(*network, clip(4), 2).sizes().vec(), (std::vector<std::int64_t>{2, 8, 3}));
  options.head_window = 5;
  try {
    whole(*make(options), clip(4));
    FAIL() << "pooled a map smaller than the window";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("head_window is 5, but the last map has only 2×2 places"));
  }
}

TEST(Slow, PoolsTimeInBins) {
  for (const Pool pool : {Pool::average, Pool::max}) {
    SlowOptions options = tiny();
    options.temporal_kernels = {1, 1, 1};
    options.norm = NormKind::frozen;
    options.temporal_pool = options.spatial_pool = pool;
    const auto network = make(options);
    const at::Tensor frames = clip(6);
    const at::Tensor halves =
        torch::cat({whole(*network, frames.slice(2, 0, 3)), whole(*network, frames.slice(2, 3))}, 1);
    EXPECT_TRUE(whole(*network, frames, 2).allclose(halves, 1e-10, 1e-10));
  }
}

TEST(Slow, DropsFeaturesInTrainingOnly) {
  SlowOptions options = tiny();
  options.dropout = 0.5;
  const auto network = make(options);
  const at::Tensor frames = clip(3);
  network->train();
  EXPECT_FALSE(whole(*network, frames).equal(whole(*network, frames)));
  network->eval();
  EXPECT_TRUE(whole(*network, frames).equal(whole(*network, frames)));
}

std::string problems_of(const SlowOptions& options) {
  pgt::sdk::Problems problems;
  options.check(problems);
  std::string text;
  for (const pgt::sdk::Problem& problem : problems) text += problem.option + " " + problem.text + "\n";
  return text;
}

TEST(SlowOptions, AllThatContradictIsReported) {
  EXPECT_EQ(problems_of({}), "");
  EXPECT_EQ(problems_of(tiny()), "");
  SlowOptions options = tiny();
  options.temporal_kernels = {1, 2};
  options.strides = {1};
  options.stem_temporal_kernel = 4;
  options.norm_groups = 3;
  EXPECT_EQ(problems_of(options),
            "temporal_kernels has 2 values, but there are 3 stages (in blocks)\n"
            "strides has 1 values, but there are 3 stages (in blocks)\n"
            "temporal_kernels 2 is not odd\n"
            "stem_temporal_kernel is not odd\n"
            "norm_groups must divide width (4)\n");
}

}  // namespace
}  // namespace resnet3d
