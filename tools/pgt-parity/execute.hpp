/// Runs a case through a real backbone and the real carry.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <map>
#include <string>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "golden_case.hpp"
#include "stage_features.hpp"

namespace pgt::parity {

using Tensors = std::map<std::string, at::Tensor>;

/// What one pass over the clip gave; all tensors are float64 on the CPU.
struct Outcome {
  struct StepOutcome {
    at::Tensor scores;          ///< (N, P, K), before the activation
    at::Tensor probabilities;   ///< (N, K)
    double loss = 0.0;          ///< in training
    StageFeatures::Map stages;  ///< s1 … s5
  };
  std::vector<StepOutcome> steps;
  at::Tensor result;   ///< in evaluation: (N, K), the steps' probabilities as one
  Tensors gradients;   ///< in training without an optimizer: summed over the steps
  Tensors parameters;  ///< in training: afterwards
  Tensors statistics;  ///< in training: running means and variances afterwards
};

struct Execution {
  Tensors initial;                  ///< parameters as filled
  std::vector<Outcome> iterations;  ///< as many as the case has
};

/// Fills the backbone's parameters and runs the case's iterations. All arithmetic is of `type`.
Execution execute(const Case& golden, sdk::Backbone& backbone, c10::Device device, c10::ScalarType type);

}  // namespace pgt::parity
