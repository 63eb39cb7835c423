#include "cost.hpp"

#include <gtest/gtest.h>
#include <torch/torch.h>

namespace pgt::model {
namespace {

TEST(Cost, OfAConvolutionIsAKernelForEachOutput) {
  const at::Tensor x = torch::zeros({2, 6, 4, 5, 5});
  const at::Tensor weight = torch::zeros({8, 3, 3, 1, 1});  // two groups
  const Cost cost = cost_of([&] { torch::conv3d(x, weight, {}, 1, {1, 0, 0}, 1, 2); });
  EXPECT_EQ(cost.activations, 2 * 8 * 4 * 5 * 5);
  EXPECT_EQ(cost.multiply_adds, 2 * 8 * 4 * 5 * 5 * (3 * 3));
}

TEST(Cost, OfMatrixProductsIsARowForEachOutput) {
  const at::Tensor x = torch::zeros({2, 3, 10});
  torch::nn::Linear linear(10, 4);
  EXPECT_EQ(cost_of([&] { linear->forward(x); }).multiply_adds, 2 * 3 * 4 * 10);
  torch::nn::Linear without_bias(torch::nn::LinearOptions(10, 4).bias(false));
  EXPECT_EQ(cost_of([&] { without_bias->forward(x); }).multiply_adds, 2 * 3 * 4 * 10);
  EXPECT_EQ(cost_of([&] { torch::matmul(x, x.transpose(1, 2)); }).multiply_adds, 2 * 3 * 3 * 10);
  EXPECT_EQ(cost_of([&] { torch::einsum("nac,nbc->nab", {x, x}); }).multiply_adds, 2 * 3 * 3 * 10);
}

TEST(Cost, OfAttentionIsTwoProducts) {
  const at::Tensor query = torch::zeros({2, 4, 6, 8});  // 2 of 4 heads of 6 queries
  const at::Tensor key = torch::zeros({2, 4, 10, 8});
  const Cost cost = cost_of([&] { at::scaled_dot_product_attention(query, key, key); });
  EXPECT_EQ(cost.multiply_adds, 2 * (2 * 4 * 6 * 10 * 8));
}

TEST(Cost, OfANormalisationIsItsOutputAlone) {
  torch::nn::BatchNorm3d norm(3);
  const Cost cost = cost_of([&] { norm->forward(torch::zeros({2, 3, 4, 5, 5})); });
  EXPECT_EQ(cost.activations, 2 * 3 * 4 * 5 * 5);
  EXPECT_EQ(cost.multiply_adds, 0);
}

TEST(Cost, CountsOnlyWhileItIsAskedTo) {
  torch::nn::Linear linear(10, 4);
  const at::Tensor x = torch::zeros({1, 10});
  const double once = cost_of([&] { linear->forward(x); }).multiply_adds;
  linear->forward(x);
  EXPECT_EQ(cost_of([&] { linear->forward(x); }).multiply_adds, once);
}

}  // namespace
}  // namespace pgt::model
