/// A small network's parameters, for tests of what updates them.
#pragma once

#include <torch/torch.h>

#include <vector>

#include "nn/parameters.hpp"

namespace pgt::train {

/// The same for the same seed.
inline std::vector<nn::Parameter> small_parameters(std::uint64_t seed, at::ScalarType type = at::kFloat) {
  torch::manual_seed(seed);
  std::vector<nn::Parameter> parameters{{"conv.weight", torch::randn({4, 3, 3}), sdk::Role::weight},
                                        {"conv.bias", torch::randn({4}), sdk::Role::bias},
                                        {"norm.weight", torch::randn({4}), sdk::Role::norm},
                                        {"norm.running_mean", torch::randn({4}), sdk::Role::buffer},
                                        {"head.weight", torch::randn({2, 4}), sdk::Role::head}};
  for (nn::Parameter& parameter : parameters) {
    parameter.tensor = parameter.tensor.to(type).set_requires_grad(!parameter.is_buffer());
  }
  return parameters;
}

/// Gives every trained parameter a gradient that is drawn from the seed, but for the one to leave out.
inline void draw_gradients(const std::vector<nn::Parameter>& parameters, std::uint64_t seed,
                           const std::string& left_out = "") {
  torch::manual_seed(seed);
  for (const nn::Parameter& parameter : parameters) {
    if (!parameter.trained()) continue;
    const at::Tensor gradient = torch::randn_like(parameter.tensor.detach());
    parameter.tensor.mutable_grad() = parameter.name == left_out ? at::Tensor() : gradient;
  }
}

}  // namespace pgt::train
