#include "models/x3d/x3d.hpp"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include "finite_differences.hpp"
#include "parameter_lists.hpp"
#include "steps.hpp"

namespace x3d {
namespace {

using pgt::models::clip_for;
using pgt::models::NormKind;
using pgt::models::progressive;
using pgt::sdk::CarryRule;
using pgt::sdk::Reduce;
using pgt::sdk::SiteFilter;

Options tiny() {
  Options options;
  options.width_factor = 0.5;
  options.depth_factor = 0.4;
  options.lin_5_width = 8;
  options.norm.kind = NormKind::group;
  options.norm.groups = 2;
  options.zero_init_final_norm = false;
  options.dropout = 0.0;
  return options;
}

std::shared_ptr<X3d> make(const Options& options) {
  torch::manual_seed(1);
  auto network = std::make_shared<X3d>(options.layout(3));
  network->to(torch::kDouble);
  return network;
}

void compare_with_list(const Options& options, std::int64_t classes, const std::string& name) {
  pgt::models::compare_with_list(X3d(options.layout(classes)), "x3d_parameters.json", name);
}

std::string problems_of(const Options& options) {
  pgt::sdk::Problems problems;
  options.check(problems);
  std::string text;
  for (const pgt::sdk::Problem& problem : problems) text += problem.option + " " + problem.text + "\n";
  return text;
}

TEST(X3dParameters, AreThoseOfTheReference) {
  Options options;
  compare_with_list(options, 400, "x3d_m_400");
  options.size = Size::l;
  compare_with_list(options, 400, "x3d_l_400");
  options.size = Size::xl;
  compare_with_list(options, 400, "x3d_xl_400");
  options.width_factor = options.depth_factor = 1;
  options.lin_5_width = 64;
  compare_with_list(options, 5, "x3d_width1_5");
}

TEST(X3dParameters, OfTheSmallSizesAreThoseOfM) {
  const std::int64_t of_m = pgt::models::trained(X3d(Options{}.layout(400)));
  EXPECT_EQ(of_m, 3'794'322);  // docs/method.md M6.5
  for (const Size size : {Size::xs, Size::s}) {
    Options options;
    options.size = size;
    EXPECT_EQ(pgt::models::trained(X3d(options.layout(400))), of_m);
  }
}

TEST(X3d, RoundsChannelsToEights) {
  EXPECT_EQ(round_width(12, 1.0), 16);
  EXPECT_EQ(round_width(12, 2.0), 24);
  EXPECT_EQ(round_width(24, 2.9), 72);
  EXPECT_EQ(round_width(432, 1.0 / 16), 32) << "24 would be under 90 %";
  EXPECT_EQ(round_width(3, 1.0), 8);
}

TEST(X3d, GivesTheSameInEvaluationWhetherAllSitesCarryOrTheTemporalOnes) {
  Options options = tiny();
  options.norm.kind = NormKind::batch;
  options.temporal_kernels = {1, 3, 1, 3};
  const auto network = make(options);
  network->eval();
  const auto clip = clip_for(*network, 10, 32);
  // A block that squeezes looks at all frames that enter, so the carry changes what it gives.
  for (const bool squeezes : {false, true}) {
    SCOPED_TRACE(squeezes);
    Layout layout = options.layout(3);
    for (auto& stage : layout.stages) {
      for (BlockLayout& block : stage) block.squeeze = squeezes ? block.squeeze : 0;
    }
    torch::manual_seed(1);
    X3d either(layout);
    either.to(torch::kDouble);
    either.eval();
    CarryRule rule;
    rule.sites = SiteFilter::all;
    const at::Tensor all = progressive(either, clip, rule, 4, true);
    rule.sites = SiteFilter::temporal;
    EXPECT_EQ(progressive(either, clip, rule, 4, true).allclose(all, 1e-12, 1e-12), !squeezes);
  }
}

TEST(X3d, SeesEarlierStepsThroughTheCarryAlone) {
  const auto network = make(tiny());
  const auto clip = clip_for(*network, 7, 32);
  auto other = clip;
  other[0] = clip[0].clone();
  other[0].slice(2, 0, 4).zero_();
  const at::Tensor scores = progressive(*network, clip, {}, 4, true);
  EXPECT_EQ(scores.sizes(), at::IntArrayRef({2, 2, 1, 3}));
  EXPECT_FALSE(progressive(*network, other, {}, 4, true)[1].allclose(scores[1]));
}

TEST(X3d, HasTheGradientThatFiniteDifferencesGiveThroughTheCarry) {
  for (const Reduce reduce : {Reduce::last, Reduce::max}) {
    const auto network = make(tiny());
    CarryRule rule;
    rule.reduce = reduce;
    rule.momentum = 0.25;
    const auto clip = clip_for(*network, 7, 32);
    torch::manual_seed(4);
    const at::Tensor weights = torch::randn({3, 2, 1, 3}, torch::kDouble);
    pgt::models::expect_gradients_of_finite_differences(
        *network, [&] { return (progressive(*network, clip, rule, 3, false) * weights).sum(); });
  }
}

TEST(X3dOptions, AllThatContradictIsReported) {
  Options options;
  EXPECT_EQ(problems_of(options), "");
  options.temporal_kernels = {3, 2, 3, 3};
  options.stem_temporal_kernel = 4;
  EXPECT_EQ(problems_of(options), "stem_temporal_kernel 4 is not odd\ntemporal_kernels 2 is not odd\n");
  options = {};
  options.temporal_kernels = {3, 3};
  EXPECT_EQ(problems_of(options), "temporal_kernels has 2 values, but there are 4 stages\n");
  options = {};
  options.norm.kind = NormKind::group;
  options.norm.groups = 16;
  EXPECT_THAT(problems_of(options), testing::HasSubstr("norm_groups must divide the stem's channels (24)"));
}

}  // namespace
}  // namespace x3d
