#include "models/regnet/regnet.hpp"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include <pgt/sdk/module_backbone.hpp>

#include "finite_differences.hpp"
#include "parameter_lists.hpp"
#include "steps.hpp"

namespace regnet {
namespace {

using pgt::models::clip_for;
using pgt::models::NormKind;
using pgt::models::progressive;
using pgt::sdk::CarryRule;
using pgt::sdk::SiteFilter;

Options tiny() {
  Options options;
  options.blocks = {1, 2};
  options.widths = {4, 8};
  options.strides = {2, 2};
  options.temporal_kernels = {1, 3};
  options.stem_width = 4;
  options.groups = 2;
  options.norm.kind = NormKind::group;
  options.norm.groups = 2;
  options.zero_init_final_norm = false;
  return options;
}

std::shared_ptr<RegNet> make(const Options& options, std::int64_t classes = 3) {
  torch::manual_seed(1);
  auto network = std::make_shared<RegNet>(options, pgt::sdk::BackboneContext{classes});
  network->to(torch::kDouble);
  return network;
}

TEST(RegNet, HasTheTensorsOfTheReference) {
  pgt::models::compare_with_list(*make({}, 5), "regnet_parameters.json", "regnet_400m_5");
  pgt::models::compare_with_list(*make({}, 400), "regnet_parameters.json", "regnet_400m_400");
}

TEST(RegNet, DecaysNoNormalisation) {
  const auto network = make(tiny());
  for (const auto& item : network->named_parameters()) {
    const bool norm = item.value().dim() == 1 && item.key() != "fc.bias";
    EXPECT_EQ(pgt::sdk::role_by_name(item.key(), item.value()) == pgt::sdk::Role::norm, norm) << item.key();
  }
}

TEST(RegNet, KeepsEveryFrameInStepsAndSeesEarlierOnesThroughTheCarryAlone) {
  const auto network = make(tiny());
  const auto clip = clip_for(*network, 10, 16);
  auto other = clip;
  other[0] = clip[0].clone();
  other[0].slice(2, 0, 4).zero_();
  const at::Tensor scores = progressive(*network, clip, {}, 4, true);
  EXPECT_EQ(scores.sizes(), at::IntArrayRef({3, 2, 1, 3}));
  EXPECT_FALSE(progressive(*network, other, {}, 4, true)[1].allclose(scores[1]));
}

TEST(RegNet, GivesTheSameInEvaluationWhetherAllSitesCarryOrTheTemporalOnes) {
  Options options = tiny();
  options.norm.kind = NormKind::batch;
  const auto network = make(options);
  network->eval();
  const auto clip = clip_for(*network, 10, 16);
  CarryRule rule;
  rule.sites = SiteFilter::all;
  const at::Tensor all = progressive(*network, clip, rule, 4, true);
  rule.sites = SiteFilter::temporal;
  EXPECT_TRUE(progressive(*network, clip, rule, 4, true).allclose(all, 1e-12, 1e-12));
}

TEST(RegNet, HasTheGradientThatFiniteDifferencesGiveThroughTheCarry) {
  const auto network = make(tiny());
  CarryRule rule;
  rule.momentum = 0.25;
  const auto clip = clip_for(*network, 7, 16);
  torch::manual_seed(4);
  const at::Tensor weights = torch::randn({3, 2, 1, 3}, torch::kDouble);
  pgt::models::expect_gradients_of_finite_differences(
      *network, [&] { return (progressive(*network, clip, rule, 3, false) * weights).sum(); });
}

TEST(RegNetOptions, AllThatContradictIsReported) {
  Options options = tiny();
  options.widths = {4, 9};
  options.temporal_kernels = {3};
  pgt::sdk::Problems problems;
  options.check(problems);
  std::string text;
  for (const pgt::sdk::Problem& problem : problems) text += problem.option + " " + problem.text + "\n";
  EXPECT_EQ(text,
            "temporal_kernels has 1 values, but there are 2 stages (in blocks)\n"
            "widths 9 is not a multiple of groups (2)\n"
            "norm_groups must divide every width (9)\n");
}

}  // namespace
}  // namespace regnet
