// R3D, MC3 and R(2+1)D: blocks of two convolutions over time and space.
#include <gmock/gmock.h>
#include <torch/torch.h>

#include <cmath>

#include <pgt/sdk/module_backbone.hpp>

#include "finite_differences.hpp"
#include "measure.hpp"
#include "parameter_lists.hpp"
#include "r3d_options.hpp"
#include "resnet3d.hpp"

namespace resnet3d {
namespace {

constexpr R3dForm forms[] = {R3dForm::r3d, R3dForm::mc3, R3dForm::r2plus1d};

struct Published : ResNet {
  using Options = R3dOptions;
  Published(const Options& options, const pgt::sdk::BackboneContext& context)
      : ResNet(options.layout(context.classes)) {}
};

/// torchvision's list of models: parameters for 400 classes, and billions of multiply-adds of 16 frames of 112×112.
TEST(R3d, IsAsLargeAsPublished) {
  const std::int64_t parameters[] = {33'371'472, 11'695'440, 31'505'325};
  const double billions[] = {40.70, 43.34, 40.52};
  for (std::size_t i = 0; i < std::size(forms); ++i) {
    R3dOptions options;
    options.form = forms[i];
    if (forms[i] != R3dForm::mc3) options.temporal_strides = {1, 2, 2, 2};
    EXPECT_EQ(pgt::models::trained(ResNet(options.layout(400))), parameters[i]);
    pgt::sdk::ModuleBackbone<Published> backbone(options, {400});
    const auto step = pgt::model::measure(backbone, {16, 0, 1, 112}).steps.front();
    EXPECT_EQ(std::round(step.cost.multiply_adds / 1e7) / 100, billions[i]);
  }
}

TEST(R3d, LooksAcrossTimeWhereItsFormDoes) {
  const auto kernels = [](R3dForm form) {
    R3dOptions options = tiny<R3dOptions>();
    options.norm.kind = NormKind::batch;
    options.form = form;
    std::vector<std::int64_t> found;
    for (const pgt::sdk::Site& site : make(options)->sites()) found.push_back(site.temporal_kernel);
    return found;
  };
  EXPECT_THAT(kernels(R3dForm::r3d), testing::ElementsAre(3, 3, 3, 3, 1));
  EXPECT_THAT(kernels(R3dForm::mc3), testing::ElementsAre(3, 3, 1, 1, 1));
  EXPECT_THAT(kernels(R3dForm::r2plus1d), testing::ElementsAre(3, 3, 3, 3, 1));
}

TEST(R3d, HasTheGradientThatFiniteDifferencesGiveThroughTheCarry) {
  for (const R3dForm form : forms) {
    R3dOptions options = tiny<R3dOptions>();
    options.form = form;
    options.norm.kind = NormKind::frozen;
    const auto network = make(options);
    const auto frames = clip_for(*network, 7, 8);
    const auto loss = [&] { return progressive(*network, frames, {}, 3, false).square().sum(); };
    pgt::models::expect_gradients_of_finite_differences(*network, loss);
  }
}

TEST(R3d, StridesOverTimeWhereNothingIsCarried) {
  R3dOptions options = tiny<R3dOptions>();
  options.temporal_strides = {1, 2, 2};
  const auto network = make(options);
  const auto clip = clip_for(*network, 8);
  EXPECT_EQ(whole(*network, clip, 2).size(1), 2) << "8 frames become 2, a bin each";
  try {
    progressive(*network, clip, {}, 5, true);
    FAIL() << "frames were carried into a block that strides over time";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "blocks that stride over time cannot take carried frames: set temporal_strides to 1s");
  }
}

TEST(R3dOptions, AllThatContradictIsReported) {
  EXPECT_EQ(problems_of(R3dOptions{}), "");
  R3dOptions options;
  options.depth = 50;
  options.temporal_strides = {1, 2};
  EXPECT_EQ(problems_of(options),
            "temporal_strides has 2 values, but there are 4 stages (of depth 50)\n"
            "depth must be 18 or 34: the blocks are not bottlenecks\n");
  options = {};
  options.form = R3dForm::r2plus1d;
  options.norm.kind = NormKind::group;
  EXPECT_THAT(problems_of(options),
              testing::HasSubstr("norm_groups must divide the channels of every convolution (45)"));
  options.norm.groups = 1;
  EXPECT_EQ(problems_of(options), "");
}

}  // namespace
}  // namespace resnet3d
