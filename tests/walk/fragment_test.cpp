#include "walk/fragment.hpp"

#include <gtest/gtest.h>
#include <torch/torch.h>

namespace pgt::walk {
namespace {

/// One row of two frames of 2 × 2 pixels: its bytes count from 0.
video::Frames counting() {
  video::Frames frames;
  frames.rows = {0};
  frames.length = 2;
  frames.height = frames.width = 2;
  for (int i = 0; i < 2 * 2 * 2 * 3; ++i) frames.rgb.push_back(static_cast<std::uint8_t>(i));
  return frames;
}

at::Tensor seen(config::ChannelOrder order) {
  sdk::Plan plan;
  plan.steps.emplace_back();
  plan.steps.back().frames = {{0, 2}};
  plan.steps.back().overlap = {0};
  config::DataOptions data;
  data.mean = {0.1, 0.2, 0.3};
  data.std = {0.4, 0.5, 0.6};
  data.channel_order = order;
  const sdk::Fragment fragment =
      to_fragment(counting(), PlanWalk(plan, {sdk::Pathway{}}), 0, 2, data, c10::Device(c10::kCPU));
  return fragment.frames.at(0);
}

TEST(ToFragment, NormalisesEachColourIntoAPlaneOfItsOwn) {
  const at::Tensor rgb = seen(config::ChannelOrder::rgb);
  ASSERT_EQ(rgb.sizes(), at::IntArrayRef({1, 3, 2, 2, 2}));
  const double mean[] = {0.1, 0.2, 0.3}, std[] = {0.4, 0.5, 0.6};
  for (int colour = 0; colour < 3; ++colour) {
    for (int pixel = 0; pixel < 8; ++pixel) {
      const double byte = 3 * pixel + colour;
      EXPECT_NEAR(rgb[0][colour].flatten()[pixel].item<double>(), (byte / 255 - mean[colour]) / std[colour], 1e-6);
    }
  }
}

TEST(ToFragment, GivesBlueFirstWhereAsked) {
  EXPECT_TRUE(torch::equal(seen(config::ChannelOrder::bgr), seen(config::ChannelOrder::rgb).flip(1)));
}

}  // namespace
}  // namespace pgt::walk
