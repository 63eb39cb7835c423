/// Gradients against finite differences.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <string>
#include <vector>

#include "nn/parameters.hpp"

namespace pgt::model {

struct GradientDifference {
  std::string parameter;
  std::int64_t place = 0;  ///< in the parameter's values
  double gradient = 0;     ///< that back-propagation gives
  double difference = 0;   ///< that finite differences give
};

/// Of at most `most` of the trained tensors, spread evenly, the value whose gradient is the largest is changed a little
/// either way. Gives those whose gradient differs from the loss's change: by more than 1e-5, or 1e-5 of it.
/// Everything is in float64. `loss` is back-propagated; `fixed_loss` is the same number, but for what of it does not
/// follow a parameter's change: what is detached.
std::vector<GradientDifference> wrong_gradients(const std::vector<nn::Parameter>& parameters,
                                                const std::function<at::Tensor()>& loss,
                                                const std::function<at::Tensor()>& fixed_loss, std::size_t most);

}  // namespace pgt::model
