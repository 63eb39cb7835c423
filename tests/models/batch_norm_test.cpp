#include "models/common/batch_norm.hpp"

#include <ATen/OpMathType.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <string>
#include <vector>

#include "gpu.hpp"
#include "models/common/norm_loops.hpp"

namespace pgt::models {
namespace {

/// What a case computes, and all its gradients.
struct Made {
  at::Tensor y{}, to_x{}, to_added{}, to_weight{}, to_bias{}, running_mean{}, running_var{};
};

struct Case {
  at::ScalarType type = at::kDouble;
  at::MemoryFormat layout = at::MemoryFormat::ChannelsLast3d;
  bool batch_statistics = true, relu = true, adds = true;
  std::int64_t channels = 24;
  std::vector<std::int64_t> of_map{3, 4, 9, 11};  // N, T, H, W
  c10::Device device = c10::kCPU;

  std::string name() const {
    return std::string(c10::toString(type)) + (batch_statistics ? " batch" : " running") + (relu ? " relu" : "") +
           (adds ? " added" : "") + " channels " + std::to_string(channels);
  }
};

std::vector<Case> cases(at::ScalarType type) {
  std::vector<Case> all;
  for (const bool batch_statistics : {true, false}) {
    for (const bool relu : {true, false}) {
      for (const bool adds : {true, false}) {
        for (const std::int64_t channels : {1, 24, 96}) {
          all.push_back(
              {.type = type, .batch_statistics = batch_statistics, .relu = relu, .adds = adds, .channels = channels});
        }
      }
    }
  }
  return all;
}

/// By `compute`, which takes what `batch_norm` takes.
template <class Compute>
Made make(const Case& of, const Compute& compute) {
  torch::manual_seed(5);
  const std::vector<std::int64_t> shape{of.of_map[0], of.channels, of.of_map[1], of.of_map[2], of.of_map[3]};
  const auto map = [&](double deviation, double mean) {
    const at::Tensor drawn = torch::randn(shape, torch::kDouble) * deviation + mean;
    return drawn.to(of.device, of.type).contiguous(of.layout).requires_grad_();
  };
  const auto numbers = [&](double least) {
    return (torch::rand({of.channels}, torch::kDouble) + least).to(of.device, at::toOpMathType(of.type));
  };
  const at::Tensor x = map(2, 3), added = of.adds ? map(1, 0.5) : at::Tensor();
  BatchNorm norm{numbers(0.5), numbers(-0.5), numbers(2), numbers(3), of.batch_statistics, 0.1, 1e-5};
  norm.weight.requires_grad_();
  norm.bias.requires_grad_();
  Made made{.y = compute(x, norm, Following{.added = added, .relu = of.relu})};
  made.y.backward(torch::randn(shape, torch::kDouble).to(of.device, of.type).contiguous(of.layout));
  made.y = made.y.cpu();
  made.to_x = x.grad().cpu();
  made.to_added = of.adds ? added.grad().cpu() : torch::zeros(1);
  made.to_weight = norm.weight.grad().cpu();
  made.to_bias = norm.bias.grad().cpu();
  made.running_mean = norm.running_mean.cpu();
  made.running_var = norm.running_var.cpu();
  return made;
}

Made in_one_pass(const Case& of) {
  return make(of,
              [](const auto& x, const auto& norm, const auto& following) { return batch_norm(x, norm, following); });
}

/// The same, one operation after the other, in float64.
Made by_torch(const Case& of) {
  return make(of, [](const at::Tensor& x, const BatchNorm& norm, const Following& following) {
    BatchNorm exact = norm;
    exact.running_mean = norm.running_mean.clone().to(torch::kDouble);
    exact.running_var = norm.running_var.clone().to(torch::kDouble);
    at::Tensor y =
        torch::batch_norm(x.to(torch::kDouble), norm.weight.to(torch::kDouble), norm.bias.to(torch::kDouble),
                          exact.running_mean, exact.running_var, norm.batch_statistics, norm.momentum, norm.epsilon,
                          /*cudnn_enabled=*/false);
    norm.running_mean.copy_(exact.running_mean);
    norm.running_var.copy_(exact.running_var);
    if (following.added.defined()) y = y + following.added.to(torch::kDouble);
    return (following.relu ? y.relu() : y).to(x.scalar_type());
  });
}

/// The largest difference, in units of the largest number.
double difference(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor expected = b.to(torch::kDouble);
  return ((a.to(torch::kDouble) - expected).abs().max() / expected.abs().max().clamp_min(1e-3)).item<double>();
}

void expect_close(const Made& made, const Made& expected, double tolerance, const std::string& name) {
  EXPECT_LE(difference(made.y, expected.y), tolerance) << name;
  EXPECT_LE(difference(made.to_x, expected.to_x), tolerance) << name;
  EXPECT_LE(difference(made.to_added, expected.to_added), tolerance) << name;
  EXPECT_LE(difference(made.to_weight, expected.to_weight), tolerance) << name;
  EXPECT_LE(difference(made.to_bias, expected.to_bias), tolerance) << name;
  EXPECT_LE(difference(made.running_mean, expected.running_mean), 1e-6) << name;
  EXPECT_LE(difference(made.running_var, expected.running_var), 1e-6) << name;
}

TEST(BatchNorm, InOnePassIsTorchsWithItsGradients) {
  for (const Case& of : cases(torch::kDouble)) expect_close(in_one_pass(of), by_torch(of), 1e-11, of.name());
}

TEST(BatchNorm, InOnePassIsCloseInFloat32) {
  for (const Case& of : cases(torch::kFloat)) expect_close(in_one_pass(of), by_torch(of), 2e-5, of.name());
}

TEST(BatchNorm, InOnePassOf16BitsHasExactStatistics) {
  for (const Case& of : cases(torch::kBFloat16)) expect_close(in_one_pass(of), by_torch(of), 1.0 / 128, of.name());
}

/// With channels that the kernels take: rows of a multiple of 16 bytes.
std::vector<Case> cases_on_gpu(at::ScalarType type) {
  std::vector<Case> all = cases(type);
  for (Case& of : all) {
    of.device = c10::Device(c10::kCUDA, 0);
    if (of.channels == 1) of.channels = 8;
  }
  Case large{.type = type, .channels = 264, .of_map = {2, 8, 30, 31}, .device = all.front().device};
  all.push_back(large);
  all.push_back({.type = type, .channels = 64, .of_map = {8, 8, 56, 56}, .device = all.front().device});
  all.push_back({.type = type, .channels = 2048, .of_map = {2, 1, 7, 7}, .device = all.front().device});
  return all;
}

TEST(BatchNorm, InOnePassOnAGpuIsTorchsWithItsGradients) {
  PGT_NEEDS_GPU();
  for (const Case& of : cases_on_gpu(torch::kFloat)) expect_close(in_one_pass(of), by_torch(of), 2e-5, of.name());
  for (const Case& of : cases_on_gpu(torch::kBFloat16)) {
    expect_close(in_one_pass(of), by_torch(of), 1.0 / 128, of.name());
  }
  for (const Case& of : cases_on_gpu(torch::kHalf)) expect_close(in_one_pass(of), by_torch(of), 1.0 / 1024, of.name());
}

TEST(BatchNorm, InOnePassOnAGpuGivesTheSameBits) {
  PGT_NEEDS_GPU();
  const Case of = cases_on_gpu(torch::kBFloat16).back();
  const Made once = in_one_pass(of), again = in_one_pass(of);
  EXPECT_TRUE(once.y.equal(again.y));
  EXPECT_TRUE(once.to_x.equal(again.to_x));
  EXPECT_TRUE(once.to_weight.equal(again.to_weight));
}

TEST(BatchNorm, ItsKernelsRunOnAGpu) {
  PGT_NEEDS_GPU();
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16, at::kHalf}) {
    const at::Tensor x = torch::zeros({1, 8, 1, 1, 1}, at::device(at::kCUDA).dtype(type));
    EXPECT_TRUE(norm_loops_on_gpu().take(x)) << type;
  }
}

TEST(BatchNorm, InOnePassKeepsTheLayout) {
  const Made made = in_one_pass({.type = torch::kFloat});
  EXPECT_TRUE(made.y.is_contiguous(at::MemoryFormat::ChannelsLast3d));
  EXPECT_TRUE(made.to_x.is_contiguous(at::MemoryFormat::ChannelsLast3d));
}

TEST(BatchNorm, InOnePassDoesNotDependOnTheNumberOfThreads) {
  const Case large{.type = torch::kFloat, .channels = 64, .of_map = {2, 4, 28, 28}};
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const Made one = in_one_pass(large);
  at::set_num_threads(3);
  const Made three = in_one_pass(large);
  at::set_num_threads(threads);
  EXPECT_TRUE(one.y.equal(three.y));
  EXPECT_TRUE(one.to_x.equal(three.to_x));
  EXPECT_TRUE(one.to_weight.equal(three.to_weight));
  EXPECT_TRUE(one.running_var.equal(three.running_var));
}

TEST(BatchNorm, OfMapsThatDoNotLieChannelsLastIsTorchs) {
  Case of{.type = torch::kDouble, .layout = at::MemoryFormat::Contiguous};
  expect_close(in_one_pass(of), by_torch(of), 1e-12, of.name());
}

TEST(BatchNorm, InOnePassTakesAGradientOfAnyLayout) {
  Case of{.type = torch::kDouble};
  const Made expected = in_one_pass(of);
  const Made made = make(of, [](const auto& x, const auto& norm, const auto& following) {
    return batch_norm(x, norm, following).contiguous();  // its gradient lies as this does
  });
  EXPECT_TRUE(made.to_x.equal(expected.to_x));
}

TEST(BatchNorm, InOnePassDoesNotWriteToAGradientThatOthersSee) {
  Case of{.type = torch::kDouble};
  torch::manual_seed(2);
  const at::Tensor weights = torch::randn({3, 24, 4, 9, 11}, torch::kDouble).contiguous(of.layout);
  const at::Tensor before = weights.clone();
  make(of, [&](const auto& x, const auto& norm, const auto& following) {
    const at::Tensor y = batch_norm(x, norm, following);
    y.backward(weights, /*retain_graph=*/true);
    return y;
  });
  EXPECT_TRUE(weights.equal(before));
}

TEST(BatchNorm, InOnePassLetsNaNThrough) {
  BatchNorm norm{torch::ones({2}), torch::zeros({2}), torch::zeros({2}), torch::ones({2}), false, 0.1, 1e-5};
  const at::Tensor x = torch::tensor({-1.0F, std::nanf(""), 2.0F, 1.0F}).view({1, 2, 1, 1, 2});
  const at::Tensor y = batch_norm(x.contiguous(at::MemoryFormat::ChannelsLast3d), norm, {.relu = true}).flatten();
  EXPECT_EQ(y[0].item<float>(), 0);
  EXPECT_TRUE(std::isnan(y[1].item<float>()));
}

TEST(BatchNorm, OfASingleValueHasNoVarianceAsTorchs) {
  BatchNorm norm{torch::ones({2}), torch::zeros({2}), torch::zeros({2}), torch::ones({2}), true, 0.1, 1e-5};
  batch_norm(torch::ones({1, 2, 1, 1, 1}), norm);
  EXPECT_TRUE(norm.running_var.isnan().all().item<bool>());
  EXPECT_FALSE(norm.running_mean.isnan().any().item<bool>());
}

}  // namespace
}  // namespace pgt::models
