/// Gradients against finite differences.
#pragma once

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <functional>

namespace pgt::models {

/// A number in the middle, as a view.
inline at::Tensor middle_of(at::Tensor tensor) {
  while (tensor.dim() > 0) tensor = tensor.select(0, tensor.size(0) / 2);
  return tensor;
}

/// Changes one number of every parameter. The network is of float64, `loss` a smooth function of its parameters.
inline void expect_gradients_of_finite_differences(torch::nn::Module& network,
                                                   const std::function<at::Tensor()>& loss) {
  torch::set_num_threads(1);  // many passes through a tiny network: threads would only wait for each other
  loss().backward();
  const torch::NoGradGuard no_gradients;
  for (auto& item : network.named_parameters()) {
    const at::Tensor number = middle_of(item.value());
    const double value = number.item<double>();
    const auto loss_at = [&](double shifted) {
      number.fill_(shifted);
      return loss().item<double>();
    };
    constexpr double shift = 1e-6;
    const double difference = (loss_at(value + shift) - loss_at(value - shift)) / (2 * shift);
    number.fill_(value);
    EXPECT_NEAR(middle_of(item.value().grad()).item<double>(), difference, 1e-6 * (1 + std::abs(difference)))
        << item.key();
  }
}

}  // namespace pgt::models
