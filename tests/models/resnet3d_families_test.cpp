// What holds for every family of residual networks.
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "c2d_options.hpp"
#include "finite_differences.hpp"
#include "i3d_options.hpp"
#include "r3d_options.hpp"
#include "resnet3d.hpp"
#include "slowfast_options.hpp"

namespace resnet3d {
namespace {

using pgt::sdk::CarryRule;
using pgt::sdk::Reduce;
using pgt::sdk::SiteFilter;

template <class Options>
class ResNetFamily : public testing::Test {};
using Families = testing::Types<C2dOptions, I3dOptions, R3dOptions, SlowOptions, SlowFastOptions>;
TYPED_TEST_SUITE(ResNetFamily, Families);

CarryRule rule_of(Reduce reduce) {
  CarryRule rule;
  rule.reduce = reduce;
  rule.momentum = 0.25;
  return rule;
}

TYPED_TEST(ResNetFamily, GivesTheSameInEvaluationWhetherAllSitesCarryOrTheTemporalOnes) {
  for (const Reduce reduce : {Reduce::last, Reduce::max, Reduce::mean}) {
    TypeParam options = tiny<TypeParam>();
    options.norm.kind = NormKind::batch;
    options.non_local.places = {"s3.0"};
    options.non_local.progressive = true;
    const auto network = make(options);
    network->eval();
    CarryRule rule = rule_of(reduce);
    const auto frames = clip_for(*network, 10);
    rule.sites = SiteFilter::all;
    const at::Tensor all = progressive(*network, frames, rule, 4, true);
    rule.sites = SiteFilter::temporal;
    EXPECT_TRUE(progressive(*network, frames, rule, 4, true).allclose(all, 1e-12, 1e-12));
  }
}

TYPED_TEST(ResNetFamily, SeesEarlierStepsThroughTheCarryAlone) {
  const auto network = make(tiny<TypeParam>());
  const auto frames = clip_for(*network, 7);
  auto other = frames;
  for (std::size_t p = 0; p < other.size(); ++p) {
    other[p] = frames[p].clone();
    other[p].slice(2, 0, 4 * network->pathways()[p].ratio).zero_();
  }
  const at::Tensor scores = progressive(*network, frames, {}, 4, true);
  EXPECT_EQ(scores.size(0), 2);
  EXPECT_FALSE(progressive(*network, other, {}, 4, true)[1].allclose(scores[1]));
}

TYPED_TEST(ResNetFamily, HasTheGradientThatFiniteDifferencesGiveThroughTheCarry) {
  for (const Reduce reduce : {Reduce::last, Reduce::max, Reduce::mean}) {
    TypeParam options = tiny<TypeParam>();
    options.non_local.places = {"s3.0"};
    const auto network = make(options);
    const CarryRule rule = rule_of(reduce);
    const auto frames = clip_for(*network, 7, 8);
    torch::manual_seed(4);
    const at::Tensor weights = torch::randn({3, 2, 1, 3}, torch::kDouble);
    const auto loss = [&] { return (progressive(*network, frames, rule, 3, false) * weights).sum(); };
    pgt::models::expect_gradients_of_finite_differences(*network, loss);
  }
}

}  // namespace
}  // namespace resnet3d
