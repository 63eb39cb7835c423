#include "models/common/conv.hpp"

#include <ATen/autocast_mode.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include <string>
#include <tuple>
#include <vector>

namespace pgt::models {
namespace {

/// Threads back to what they were at the end.
class OneThread {
 public:
  OneThread() : before_(at::get_num_threads()) { at::set_num_threads(1); }
  ~OneThread() { at::set_num_threads(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

/// Values and gradients, beside torch's in float64: in 16 bits, its own gradients are wrong for short clips.
void expect_torchs(const ConvLayout& layout, const at::Tensor& frames, double tolerance) {
  Convolution conv = make_conv(layout);
  for (const at::Tensor& weight : conv->parameters()) {
    if (weight.dim() == 5) weight.set_data(weight.contiguous(channels_last));
  }
  const auto run = [&](at::ScalarType type, const auto& forward) {
    conv->to(type);
    const at::Tensor x = frames.to(type, false, /*copy=*/true).requires_grad_();
    conv->zero_grad();
    const at::Tensor y = forward(x);
    y.square().mean().backward();
    return std::tuple{y, x.grad(), conv->weight.grad()};
  };
  const auto [y, to_x, to_weight] = run(frames.scalar_type(), [&](const at::Tensor& x) { return conv->forward(x); });
  const auto [expected, to_expected_x, to_expected_weight] =
      run(at::kDouble, [&](const at::Tensor& x) { return conv->torch::nn::Conv3dImpl::forward(x); });
  const auto error = [](const at::Tensor& a, const at::Tensor& b) {
    return ((a - b).abs().max() / b.abs().max()).item<double>();
  };
  EXPECT_LT(error(y, expected), tolerance);
  EXPECT_LT(error(to_x, to_expected_x), tolerance);
  EXPECT_LT(error(to_weight, to_expected_weight), tolerance);
}

TEST(Convolution, IsTorchsWithItsGradients) {
  const OneThread one_thread;
  const std::vector<ConvLayout> layouts{{.in = 16, .out = 8, .bias = true},
                                        {.in = 16, .out = 8},
                                        {.in = 16, .out = 8, .stride = 2},
                                        {.in = 16, .out = 8, .temporal_kernel = 3},
                                        {.in = 16, .out = 8, .temporal_kernel = 5},
                                        {.in = 16, .out = 8, .temporal_kernel = 3, .temporal_stride = 2},
                                        {.in = 16, .out = 8, .temporal_kernel = 5, .temporal_stride = 2},
                                        {.in = 16, .out = 8, .kernel = 3, .dilation = 2},
                                        {.in = 16, .out = 8, .temporal_kernel = 3, .kernel = 3},
                                        {.in = 16, .out = 8, .temporal_kernel = 5, .kernel = 7, .stride = 2},
                                        {.in = 16, .out = 8, .temporal_kernel = 3, .kernel = 3, .groups = 4}};
  // Large enough for LibTorch to consider more than one way; one frame alone; few pixels; one.
  const std::vector<std::vector<std::int64_t>> sizes{{1, 16, 8, 192, 6}, {2, 16, 1, 32, 40}, {2, 16, 2, 7, 7},
                                                     {2, 16, 5, 4, 6},   {1, 16, 4, 1, 1},   {2, 16, 3, 1, 1}};
  torch::manual_seed(1);
  for (const std::vector<std::int64_t>& size : sizes) {
    for (const ConvLayout& layout : layouts) {
      SCOPED_TRACE("kernel " + std::to_string(layout.temporal_kernel) + " stride " + std::to_string(layout.stride));
      const at::Tensor frames = torch::randn(size).contiguous(channels_last);
      expect_torchs(layout, frames, 1e-5);
      expect_torchs(layout, frames.to(torch::kDouble), 1e-12);
      expect_torchs(layout, frames.to(torch::kBFloat16), 2e-2);
    }
  }
}

TEST(Convolution, OfOnePixelComputesInThePrecisionOfAutocast) {
  Convolution conv = make_conv({.in = 16, .out = 8, .temporal_kernel = 3});
  const at::Tensor x = torch::randn({2, 16, 3, 8, 8}).contiguous(channels_last).requires_grad_();
  at::autocast::set_autocast_enabled(at::kCPU, true);
  const at::Tensor y = conv->forward(x);
  at::autocast::clear_cache();
  at::autocast::set_autocast_enabled(at::kCPU, false);
  y.sum().backward();
  EXPECT_EQ(y.scalar_type(), at::kBFloat16);
  EXPECT_EQ(x.grad().scalar_type(), at::kFloat);
  EXPECT_EQ(conv->weight.grad().scalar_type(), at::kFloat);
}

TEST(Convolution, OfOnePixelTrainsWithFrozenWeightsAndWithFramesThatNeedNoGradient) {
  Convolution conv = make_conv({.in = 16, .out = 8, .temporal_kernel = 3});
  const at::Tensor x = torch::randn({2, 16, 3, 8, 8}).contiguous(channels_last);
  conv->forward(x).sum().backward();
  EXPECT_TRUE(conv->weight.grad().defined());
  conv->zero_grad();
  conv->weight.set_requires_grad(false);
  const at::Tensor behind = x.clone().requires_grad_();
  conv->forward(behind).sum().backward();
  EXPECT_TRUE(behind.grad().defined());
  EXPECT_FALSE(conv->weight.grad().defined());
}

TEST(Convolution, OfOnePixelKeepsTheChannelsLastOnOneThreadToo) {
  const OneThread one_thread;
  Convolution conv = make_conv({.in = 16, .out = 8, .temporal_kernel = 3});
  const at::Tensor y = conv->forward(torch::randn({1, 16, 8, 192, 6}).contiguous(channels_last));
  EXPECT_TRUE(y.is_contiguous(channels_last)) << y.strides();
  // What cat() and others go by, in a batch of one too.
  EXPECT_EQ(y.suggest_memory_format(), channels_last) << y.strides();
}

TEST(Convolution, OfOnePixelGivesTensorsThatShareNoMemory) {
  Convolution conv = make_conv({.in = 16, .out = 8, .temporal_kernel = 3});
  const at::Tensor x = torch::randn({1, 16, 2, 7, 6}).contiguous(channels_last).requires_grad_();
  const at::Tensor y = conv->forward(x);
  EXPECT_EQ(y.storage().use_count(), 1);
  y.sum().backward();
  EXPECT_EQ(x.grad().storage().use_count(), 1);
}

TEST(Convolution, OfOnePixelWithAStrideGivesItsInputAGradientInTheSameLayout) {
  Convolution conv = make_conv({.in = 16, .out = 8, .stride = 2});
  const at::Tensor x = torch::randn({1, 16, 2, 7, 6}).contiguous(channels_last).requires_grad_();
  conv->forward(x).sum().backward();
  EXPECT_TRUE(x.grad().is_contiguous(channels_last)) << x.grad().strides();
}

TEST(LayoutForConvolutions, LaysFramesAndWeightsOutByTheSizeOfPicturesAndChangesNoValue) {
  torch::nn::Sequential network(make_conv({.in = 3, .out = 8, .temporal_kernel = 3, .kernel = 3}),
                                torch::nn::Linear(3, 2));
  const at::Tensor weight = network->parameters()[0], before = weight.clone();
  const at::Tensor large = torch::randn({1, 3, 2, 112, 112}), small = torch::randn({1, 3, 2, 64, 64});
  LayoutForConvolutions layout;
  EXPECT_TRUE(layout.of(large, *network).is_contiguous(channels_last));
  EXPECT_TRUE(weight.is_contiguous(channels_last));
  EXPECT_FALSE(weight.is_contiguous());
  EXPECT_TRUE(layout.of(small, *network).is_contiguous());
  EXPECT_TRUE(weight.is_contiguous());
  EXPECT_TRUE(weight.equal(before));
}

}  // namespace
}  // namespace pgt::models
