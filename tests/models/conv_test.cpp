#include "models/common/conv.hpp"

#include <gtest/gtest.h>
#include <torch/torch.h>

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

TEST(Convolution, IsTorchsWithItsGradients) {
  const OneThread one_thread;
  const std::vector<ConvLayout> layouts{{.in = 16, .out = 8, .bias = true},
                                        {.in = 16, .out = 8, .stride = 2},
                                        {.in = 16, .out = 8, .temporal_kernel = 3},
                                        {.in = 16, .out = 8, .temporal_kernel = 3, .temporal_stride = 2},
                                        {.in = 16, .out = 8, .kernel = 3, .dilation = 2},
                                        {.in = 16, .out = 8, .temporal_kernel = 3, .kernel = 3, .groups = 4}};
  torch::manual_seed(1);
  // Large enough for LibTorch to consider more than one way.
  const at::Tensor frames = torch::randn({1, 16, 8, 192, 6}).contiguous(channels_last);
  for (const ConvLayout& layout : layouts) {
    Convolution conv = make_conv(layout);
    const auto run = [&](const auto& forward) {
      const at::Tensor x = frames.clone().requires_grad_();
      conv->zero_grad();
      const at::Tensor y = forward(x);
      y.square().sum().backward();
      return std::tuple{y, x.grad(), conv->weight.grad().clone()};
    };
    const auto [y, to_x, to_weight] = run([&](const at::Tensor& x) { return conv->forward(x); });
    const auto [expected, to_expected_x, to_expected_weight] =
        run([&](const at::Tensor& x) { return conv->torch::nn::Conv3dImpl::forward(x); });
    EXPECT_TRUE(y.allclose(expected, 1e-4, 1e-4));
    EXPECT_TRUE(to_x.allclose(to_expected_x, 1e-4, 1e-4));
    EXPECT_TRUE(to_weight.allclose(to_expected_weight, 1e-4, 1e-2)) << (to_weight - to_expected_weight).abs().max();
  }
}

TEST(Convolution, OfOnePixelKeepsTheChannelsLastOnOneThreadToo) {
  const OneThread one_thread;
  Convolution conv = make_conv({.in = 16, .out = 8, .temporal_kernel = 3});
  const at::Tensor y = conv->forward(torch::randn({1, 16, 8, 192, 6}).contiguous(channels_last));
  EXPECT_TRUE(y.is_contiguous(channels_last)) << y.strides();
}

TEST(Convolution, OfOnePixelWithAStrideGivesItsInputAGradientInTheSameLayout) {
  Convolution conv = make_conv({.in = 16, .out = 8, .stride = 2});
  const at::Tensor x = torch::randn({1, 16, 2, 7, 6}).contiguous(channels_last).requires_grad_();
  conv->forward(x).sum().backward();
  EXPECT_TRUE(x.grad().is_contiguous(channels_last)) << x.grad().strides();
}

TEST(ForConvolutions, LaysFramesAndWeightsOutByTheSizeOfPicturesAndChangesNoValue) {
  torch::nn::Sequential network(make_conv({.in = 3, .out = 8, .temporal_kernel = 3, .kernel = 3}),
                                torch::nn::Linear(3, 2));
  const at::Tensor weight = network->parameters()[0], before = weight.clone();
  const at::Tensor large = torch::randn({1, 3, 2, 112, 112}), small = torch::randn({1, 3, 2, 64, 64});
  EXPECT_TRUE(for_convolutions(large, *network).is_contiguous(channels_last));
  EXPECT_TRUE(weight.is_contiguous(channels_last));
  EXPECT_FALSE(weight.is_contiguous());
  EXPECT_TRUE(for_convolutions(small, *network).is_contiguous());
  EXPECT_TRUE(weight.is_contiguous());
  EXPECT_TRUE(weight.equal(before));
}

}  // namespace
}  // namespace pgt::models
