/// Gradients against finite differences.
#pragma once

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <functional>

namespace pgt::models {

/// Changes one number of every parameter. The network is of float64, `loss` a smooth function of its parameters.
inline void expect_gradients_of_finite_differences(torch::nn::Module& network,
                                                   const std::function<at::Tensor()>& loss) {
  torch::set_num_threads(1);  // many passes through a tiny network: threads would only wait for each other
  loss().backward();
  const torch::NoGradGuard no_gradients;
  for (auto& item : network.named_parameters()) {
    const at::Tensor flat = item.value().view(-1);
    const std::int64_t place = flat.numel() / 2;
    const double value = flat[place].item<double>();
    const auto loss_at = [&](double shifted) {
      flat[place] = shifted;
      return loss().item<double>();
    };
    constexpr double shift = 1e-6;
    const double difference = (loss_at(value + shift) - loss_at(value - shift)) / (2 * shift);
    flat[place] = value;
    EXPECT_NEAR(item.value().grad().view(-1)[place].item<double>(), difference, 1e-6 * (1 + std::abs(difference)))
        << item.key();
  }
}

}  // namespace pgt::models
