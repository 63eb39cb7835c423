// Work and activations at full size, counted as they are done.
#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>

#include <pgt/sdk/module_backbone.hpp>

#include "measure.hpp"
#include "resnet3d.hpp"
#include "slowfast_options.hpp"

namespace resnet3d {
namespace {

template <class FamilyOptions>
struct Family : ResNet {
  using Options = FamilyOptions;
  Family(const Options& options, const pgt::sdk::BackboneContext& context) : ResNet(options.layout(context.classes)) {}
};

double hundredths(double value) { return std::round(value * 100) / 100; }

struct Counted {
  std::vector<double> billions;  ///< multiply-adds of each step, rounded to hundredths
  double of_five_steps = 0;      ///< billions: the first and four times the last, rounded so
  std::vector<double> millions;  ///< activations of each step, rounded to tenths
};

/// Steps with overlap 1. Every site carries, as in the reference.
template <class Options>
Counted count(const Options& options, std::int64_t frames, std::int64_t steps, std::int64_t size) {
  pgt::sdk::ModuleBackbone<Family<Options>> backbone(options, {400});
  const auto measured = pgt::model::measure(backbone, {frames, 1, steps, size, pgt::sdk::SiteFilter::all}).steps;
  Counted counted;
  counted.of_five_steps =
      hundredths((measured.front().cost.multiply_adds + 4 * measured.back().cost.multiply_adds) / 1e9);
  for (const auto& step : measured) {
    counted.billions.push_back(hundredths(step.cost.multiply_adds / 1e9));
    counted.millions.push_back(std::round(static_cast<double>(step.cost.activations) / 1e5) / 10);
  }
  return counted;
}

TEST(ResNetMultiplyAdds, AreThoseOfTheReference) {
  using Steps = std::vector<double>;  // docs/method.md M2.11
  const Counted slow = count(SlowOptions{}, 8, 2, 224);
  EXPECT_EQ(slow.billions, (Steps{41.74, 41.62}));
  EXPECT_EQ(slow.millions, (Steps{177.8, 176.2}));
  const Counted whole = count(SlowOptions{}, 36, 1, 224);
  EXPECT_EQ(whole.billions, Steps{187.83});
  EXPECT_EQ(whole.millions, Steps{800.2});
  EXPECT_EQ(slow.of_five_steps, 208.23);
  const Counted slowfast = count(SlowFastOptions{}, 8, 2, 224);
  EXPECT_EQ(slowfast.billions, (Steps{49.99, 49.78}));
  EXPECT_EQ(slowfast.of_five_steps, 249.10);
  EXPECT_EQ(count(SlowFastOptions{}, 36, 1, 224).billions, Steps{224.97});
  const Counted small = count(SlowOptions{}, 16, 2, 112);
  EXPECT_EQ(small.billions.front(), 21.99);
  EXPECT_EQ(small.of_five_steps, 109.82);
  EXPECT_EQ(count(SlowOptions{}, 76, 1, 112).billions, Steps{104.44});
}

}  // namespace
}  // namespace resnet3d
