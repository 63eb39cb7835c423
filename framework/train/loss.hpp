/// Which loss a run uses, and what evaluation makes of scores.
#pragma once

#include <ATen/core/Tensor.h>

#include <pgt/sdk/dataset.hpp>

#include "config/run_options.hpp"

namespace pgt::train {

/// The loss a run uses: what [train] says, or what the task asks for. Throws Error(config) where the two contradict
/// each other.
config::Loss resolve_loss(config::Loss option, sdk::Task task);

/// Softmax or sigmoid of scores (N, P, K).
at::Tensor activated(const at::Tensor& scores, config::Loss loss);

/// Probabilities (N, K) from scores (N, P, K): softmax or sigmoid at each position, mean over positions.
at::Tensor probabilities(const at::Tensor& scores, config::Loss loss);

}  // namespace pgt::train
