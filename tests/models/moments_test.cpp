// Heads that score moments, of every family, and the recurrent networks.
#include <gmock/gmock.h>
#include <torch/torch.h>

#include "finite_differences.hpp"
#include "small_networks.hpp"

namespace pgt::models {
namespace {

constexpr std::int64_t step_length = 3;
constexpr std::int64_t frames_of_100_steps = step_length + 99 * (step_length - 1);

/// (N, moments of all steps, K).
template <class Network>
at::Tensor in_steps(Network& network, const std::vector<at::Tensor>& clip, const sdk::CarryRule& rule = {}) {
  return torch::cat(scores_of_steps(network, clip, rule, step_length, true), 1);
}

template <class Network>
void expect_steps_to_give_what_the_whole_gives(const std::shared_ptr<Network>& network) {
  const torch::NoGradGuard no_gradients;
  const auto clip = clip_for(*network, frames_of_100_steps, small_picture);
  const at::Tensor expected = whole(*network, clip);
  EXPECT_EQ(expected.size(1), frames_of_100_steps);
  EXPECT_TRUE(in_steps(*network, clip).allclose(expected, 1e-10, 1e-10));
  // Nor does it matter what a schedule carries of other sites.
  sdk::CarryRule rule;
  rule.reduce = sdk::Reduce::max;
  rule.momentum = 0.5;
  rule.head = false;
  EXPECT_TRUE(in_steps(*network, clip, rule).allclose(expected, 1e-10, 1e-10));
}

TEST(Moments, OfAVideoInAHundredStepsAreThoseOfTheWhole) {
  for (const MomentKind kind : {MomentKind::linear, MomentKind::gru, MomentKind::causal_tcn}) {
    expect_steps_to_give_what_the_whole_gives(small_resnet<resnet3d::C2dOptions>(kind));
  }
  for (const Cell cell : {Cell::gru, Cell::lstm}) {
    expect_steps_to_give_what_the_whole_gives(small_recurrent(cell, true));
  }
}

TEST(Moments, OfConvolutionsThatLookAheadDifferAtTheEndOfAStep) {
  const torch::NoGradGuard no_gradients;
  resnet3d::SlowOptions options = resnet3d::tiny();
  options.temporal_kernels = {1, 1, 3};
  options.norm.kind = NormKind::frozen;
  options.head = resnet3d::HeadKind::moments;
  const auto network = lively(resnet3d::make(options));
  const auto clip = clip_for(*network, 9, small_picture);
  const at::Tensor difference = (in_steps(*network, clip) - whole(*network, clip)).abs().amax({0, 2});
  for (std::int64_t moment = 0; moment < 9; ++moment) {
    const bool last_of_step = moment < 8 && moment % 2 == 0 && moment > 0;
    const double most = difference[moment].item<double>();
    EXPECT_EQ(most > 1e-9, last_of_step) << moment << " " << most;
  }
}

TEST(Moments, OfTcnSeeWhatComesAfterThem) {
  const torch::NoGradGuard no_gradients;
  const auto tcn = small_resnet<resnet3d::C2dOptions>(MomentKind::tcn);
  const auto causal = small_resnet<resnet3d::C2dOptions>(MomentKind::causal_tcn);
  const auto clip = clip_for(*tcn, 6, small_picture);
  const std::vector<at::Tensor> other{clip[0].clone()};
  other[0].select(2, 5).fill_(1.0);
  const auto first_five = [&](const auto& network, const auto& shown) { return whole(*network, shown).slice(1, 0, 5); };
  EXPECT_FALSE(first_five(tcn, clip).allclose(first_five(tcn, other)));
  EXPECT_TRUE(first_five(causal, clip).allclose(first_five(causal, other), 1e-12, 1e-12));
}

TEST(Moments, ReachBackAsFarAsTheLayersSay) {
  // Three layers of kernel 3: 2 + 4 + 8 moments back, whatever a step's length.
  const torch::NoGradGuard no_gradients;
  const auto network = small_resnet<resnet3d::C2dOptions>(MomentKind::causal_tcn);
  const auto clip = clip_for(*network, 17, small_picture);
  const std::vector<at::Tensor> other{clip[0].clone()};
  other[0].select(2, 0).fill_(1.0);
  const at::Tensor change = (in_steps(*network, clip) - in_steps(*network, other)).abs().amax({0, 2});
  EXPECT_GT(change[14].item<double>(), 1e-12);
  EXPECT_LT(change.slice(0, 15).max().item<double>(), 1e-14);
}

template <class Network>
void expect_the_gradient_through_the_carry(const std::shared_ptr<Network>& network) {
  const auto clip = clip_for(*network, 7, small_picture);
  const auto loss = [&] {
    at::Tensor sum;
    for (const at::Tensor& scores : scores_of_steps(*network, clip, {}, step_length, false)) {
      sum = sum.defined() ? sum + scores.square().sum() : scores.square().sum();
    }
    return sum;
  };
  expect_gradients_of_finite_differences(*network, loss);
}

TEST(Moments, HaveGradientsThroughTheirState) {
  expect_the_gradient_through_the_carry(small_resnet<resnet3d::C2dOptions>(MomentKind::gru));
  expect_the_gradient_through_the_carry(small_resnet<resnet3d::C2dOptions>(MomentKind::causal_tcn));
  expect_the_gradient_through_the_carry(small_recurrent(Cell::lstm, true));
  expect_the_gradient_through_the_carry(small_recurrent(Cell::gru, false));
}

TEST(Moments, AreScoredByEveryFamilyInTrainingToo) {
  const auto expect_moments = [](const auto& network, std::int64_t moments) {
    EXPECT_EQ(network->output(), sdk::Output::moments);
    const auto clip = clip_for(*network, 8, small_picture);
    for (const bool training : {true, false}) {
      network->train(training);
      EXPECT_EQ(whole(*network, clip, 4).sizes(), (std::vector<std::int64_t>{2, moments, 3}));
    }
  };
  expect_moments(small_resnet<resnet3d::SlowFastOptions>(MomentKind::gru), 8);
  expect_moments(small_resnet<resnet3d::I3dOptions>(MomentKind::causal_tcn), 8);
  expect_moments(small_network<x3d::X3d>(small_x3d(), MomentKind::tcn), 8);
  expect_moments(small_network<regnet::RegNet>(small_regnet(), MomentKind::linear), 8);
  expect_moments(small_recurrent(Cell::gru, true), 8);
  vit::Options options = small_vit();
  options.tubelet = 2;
  expect_moments(small_network<vit::Vit>(options, MomentKind::linear), 4);
}

TEST(Moments, HaveOnePlaceEach) {
  resnet3d::SlowOptions options = resnet3d::tiny();
  options.head = resnet3d::HeadKind::moments;
  EXPECT_EQ(resnet3d::problems_of(options), "");
  options.pool.window = 7;
  EXPECT_EQ(resnet3d::problems_of(options),
            "head_window must be 0 with head = \"moments\", which pools the whole map\n");
}

TEST(Moments, NeedAHeadThatScoresThem) {
  resnet3d::SlowOptions options = resnet3d::tiny();
  options.moments = {MomentKind::gru, 2, 8};
  EXPECT_EQ(resnet3d::problems_of(options),
            "moment_head needs head = \"moments\"\nmoment_layers needs head = \"moments\"\n"
            "moment_width needs head = \"moments\"\n");
  options.head = resnet3d::HeadKind::moments;
  EXPECT_EQ(resnet3d::problems_of(options), "");
}

TEST(Recurrent, ScoresAVideoByTheStateAfterItsLastFrame) {
  const torch::NoGradGuard no_gradients;
  const auto moments = small_recurrent(Cell::lstm, true), videos = small_recurrent(Cell::lstm, false);
  const auto clip = clip_for(*moments, 7, small_picture);
  const at::Tensor states = whole(*moments, clip);
  EXPECT_TRUE(whole(*videos, clip).equal(states.slice(1, 6)));
  EXPECT_TRUE(whole(*videos, clip, 2).equal(torch::stack({states.select(1, 3), states.select(1, 6)}, 1)));
  EXPECT_TRUE(scores_of_steps(*videos, clip, {}, step_length, true).back().allclose(states.slice(1, 6), 1e-10, 1e-10));
}

TEST(Recurrent, CarriesOnePartOfAGruAndTwoOfAnLstm) {
  for (const Cell cell : {Cell::gru, Cell::lstm}) {
    const auto network = small_recurrent(cell, true);
    const auto clip = clip_for(*network, 3, small_picture);
    nn::SlotCarry carry(network->sites(), {});
    const sdk::Step step{.frames = {{0, 3}}, .overlap = {0}};
    carry.begin_step(true, step, &step);
    network->forward(fragment_of(*network, clip, 0, 3), carry);
    const auto slots = carry.slots();
    EXPECT_EQ(slots.at("head.recurrence").sizes(), (std::vector<std::int64_t>{2, 2, 5}));
    EXPECT_EQ(slots.contains("head.recurrence/1"), cell == Cell::lstm);
  }
}

}  // namespace
}  // namespace pgt::models
